import { err, type IdentityError, type Result } from "../errors/index.ts";
import { bearerToken } from "./bearer-token.ts";
import { type Claims, type Identity, identityOf } from "./identity.ts";
import type { IdentityConfig } from "./identity-config.ts";
import { type TokenVerifier, verifierOf } from "./token-verifier.ts";

/**
 * Whose rights a call with this `Authorization` header has, as on PostgREST: those of the role in its verified
 * token, or without a token (or with another scheme than `Bearer`) those of the anonymous role.
 *
 * Tokens come from users, so nothing of one counts before its signature, times and audience are verified. Pass the
 * same configuration object each time: what was fetched and verified is remembered with it.
 *
 * @throws {TypeError} the configuration is wrong.
 */
export async function authenticate(
  authorization: string | undefined,
  config: IdentityConfig,
): Promise<Result<Identity, IdentityError>> {
  const token = bearerToken(authorization);
  if (token === undefined) return withoutToken(config);
  if (config.jwt === undefined) return err({ kind: "noSecret" });
  const verifier = verifierOf(config.jwt);
  const verified = await verifier.verify(token);
  return verified.ok ? identityOfClaims(verified.value.claims, verifier, config) : verified;
}

function withoutToken({ anonRole }: IdentityConfig): Result<Identity, IdentityError> {
  return anonRole === undefined ? err({ kind: "tokenRequired" }) : identityOf(anonRole, {}, anonRole);
}

/** A token that names no role is like none. */
function identityOfClaims(
  claims: Claims,
  { rolePath }: TokenVerifier,
  { anonRole }: IdentityConfig,
): Result<Identity, IdentityError> {
  const found = rolePath(claims);
  const role = found === undefined ? anonRole : roleText(found);
  return role === undefined ? err({ kind: "tokenRequired" }) : identityOf(role, claims, anonRole);
}

function roleText(found: unknown): string {
  return typeof found === "string" ? found : JSON.stringify(found);
}
