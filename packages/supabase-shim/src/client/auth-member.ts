import type { IdentityError } from "../errors/identity-error.ts";
import type { Result } from "../errors/result.ts";
import type { Claims, VerifiedToken } from "../identity/index.ts";
import { AuthError } from "./auth-error.ts";
import { notAQuery } from "./not-a-query.ts";
import type { AnyMember } from "./untyped.ts";

/** Verifies a user's token with what the client was configured with. `anytime` lets an expired one pass. */
export type VerifyToken = (
  token: string,
  moment: "now" | "anytime",
) => Promise<Result<VerifiedToken, { readonly error: IdentityError; readonly message: string }>>;

/**
 * `supabase.auth` where no other client stands behind it: `getUser` and `getClaims` answer from the verified token,
 * everything else throws when it is called.
 */
export function authMember(verify: VerifyToken): AnyMember {
  const answers: Readonly<Record<string, unknown>> = {
    getUser: (token?: string) => getUser(verify, token),
    getClaims: (token?: string, options?: ClaimsOptions) => getClaims(verify, token, options),
  };
  const others = notAQuery("auth") as Record<string | symbol, unknown>;
  return new Proxy(others, {
    get: (target, member) =>
      typeof member === "string" && Object.hasOwn(answers, member) ? answers[member] : target[member],
  });
}

/** `created_at` and other facts that a token does not carry are left out. */
async function getUser(verify: VerifyToken, token: string | undefined): Promise<unknown> {
  const failed = (error: AuthError): unknown => ({ data: { user: null }, error });
  if (!token)
    return failed(new AuthError("AuthSessionMissingError", "Auth session missing!", { status: 400 }));
  const verified = await verify(token, "now");
  if (!verified.ok) return failed(apiError(verified.error));
  const { claims } = verified.value;
  if (typeof claims["sub"] !== "string" || claims["sub"] === "") {
    return failed(badToken("invalid claim: missing sub claim"));
  }
  return { data: { user: userOf(claims) }, error: null };
}

function userOf(claims: Claims): object {
  const { sub, aud, role, email, phone, app_metadata, user_metadata, is_anonymous } = claims;
  return {
    id: sub,
    aud: Array.isArray(aud) ? (aud[0] as unknown) : aud,
    role,
    email,
    phone,
    app_metadata: app_metadata ?? {},
    user_metadata: user_metadata ?? {},
    is_anonymous: is_anonymous ?? false,
  };
}

interface ClaimsOptions {
  readonly allowExpired?: boolean;
}

async function getClaims(
  verify: VerifyToken,
  token: string | undefined,
  options: ClaimsOptions = {},
): Promise<unknown> {
  // Without a session there are no claims, and that is no error.
  if (!token) return { data: null, error: null };
  const verified = await verify(token, options.allowExpired === true ? "anytime" : "now");
  return verified.ok
    ? { data: verified.value, error: null }
    : { data: null, error: invalidJwt(verified.error) };
}

interface Refused {
  readonly error: IdentityError;
  readonly message: string;
}

/** What Supabase's auth server answers to `getUser`. */
function apiError(refused: Refused): AuthError {
  return isAboutToken(refused.error) ? badToken(refused.message) : unverifiable(refused);
}

function badToken(message: string): AuthError {
  return new AuthError("AuthApiError", `invalid JWT: ${message}`, { status: 403, code: "bad_jwt" });
}

function invalidJwt(refused: Refused): AuthError {
  if (!isAboutToken(refused.error)) return unverifiable(refused);
  return new AuthError("AuthInvalidJwtError", invalidJwtText(refused), { status: 400, code: "invalid_jwt" });
}

/** supabase-js's words where it has some. */
function invalidJwtText({ error, message }: Refused): string {
  if (error.kind === "claims" && error.problem === "expired") return "JWT has expired";
  if (error.kind !== "token") return message;
  switch (error.problem.kind) {
    case "signature":
    case "noKey":
      return "Invalid JWT signature";
    case "parts":
      return "Invalid JWT structure";
    default:
      return message;
  }
}

function isAboutToken({ kind }: IdentityError): boolean {
  return kind === "token" || kind === "claims";
}

/** Nothing is known of the token: the configuration or the way to the keys is at fault. */
function unverifiable({ error, message }: Refused): AuthError {
  const hint = error.kind === "noSecret" ? ". Give createClient the option jwt: { secret } or { jwks }" : "";
  return new AuthError("AuthApiError", `${message}${hint}`, { status: 500, code: "unexpected_failure" });
}
