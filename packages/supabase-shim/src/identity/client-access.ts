import { err, type IdentityError, ok, type Result } from "../errors/index.ts";
import { authenticate } from "./authenticate.ts";
import { bearerToken } from "./bearer-token.ts";
import { type Claims, type Identity, identityOf, OWN_RIGHTS } from "./identity.ts";
import type { IdentityConfig, JwtConfig } from "./identity-config.ts";
import { ANON_ROLE, type KeyRights, keyRights, SERVICE_ROLE } from "./key-rights.ts";
import { DEFAULT_ROLE_CLAIM_KEY, verifierOf } from "./token-verifier.ts";

/** What a client was made with that says whose rights its calls have. */
export interface AccessOptions {
  readonly key?: string | undefined;
  readonly jwt?: JwtConfig | undefined;
  /** The signed-in user's token; null when nobody is signed in. */
  readonly accessToken?: (() => Promise<string | null | undefined>) | undefined;
}

/** What one call says about whose rights it has. */
export interface CallRights {
  /** The call's own `Authorization` header, or the client's. */
  readonly authorization?: string | undefined;
  /** Given by the application with `withClaims`. */
  readonly claims?: Claims | undefined;
}

/**
 * Whether the connection may set each of the roles that keys stand for; of others PostgreSQL itself has the say.
 * `again` asks the database anew.
 */
export type SettableRoles = (again: boolean) => Promise<Readonly<Record<string, boolean>>>;

const OWN: Result<Identity, IdentityError> = ok(OWN_RIGHTS);

/**
 * Whose rights the calls of a client have, decided for each call, the first that is there:
 *
 * 1. the call's `Authorization` header (with the client's `global.headers`): the role of its token, verified;
 * 2. the claims of `withClaims`, which the application vouches for;
 * 3. the token that `accessToken` gives, verified;
 * 4. the key: see {@link keyRights}.
 *
 * Each may lower a call's rights; none falls through to the next because it is refused. A token is from a user, so
 * nothing of it counts unverified, and one that cannot be verified fails the call. The key is from the
 * configuration. Its role decides which of the roles that the connection may set is used; its further claims reach
 * policies only when the key verifies.
 */
export class ClientAccess {
  readonly #key: string | undefined;
  readonly #rights: KeyRights;
  readonly #config: IdentityConfig;
  readonly #accessToken: AccessOptions["accessToken"];

  /** @throws {TypeError} `jwt` is wrong; says which part of it. Or the key is a Supabase key of an unknown kind. */
  constructor({ key, jwt, accessToken }: AccessOptions) {
    if (jwt !== undefined) verifierOf(jwt);
    this.#key = key?.trim();
    this.#rights = keyRights(key, jwt?.roleClaimKey ?? DEFAULT_ROLE_CLAIM_KEY);
    this.#config = { anonRole: ANON_ROLE, ...(jwt === undefined ? {} : { jwt }) };
    this.#accessToken = accessToken;
  }

  /**
   * The same decision at once, where no token is asked for or verified and `roles` are known: most calls of a server.
   * Undefined leaves it to {@link identityOf}.
   */
  knownIdentity(
    call: CallRights,
    roles: Readonly<Record<string, boolean>> | undefined,
  ): Result<Identity, IdentityError> | undefined {
    if (call.authorization !== undefined) return undefined;
    if (call.claims !== undefined) return identityOf(String(call.claims["role"]), call.claims, ANON_ROLE);
    if (this.#accessToken !== undefined) return undefined;
    const rights = this.#rights;
    if (rights.kind === "own") return OWN;
    if (rights.token !== undefined && this.#config.jwt !== undefined) return undefined;
    const role = rights.kind === "service" ? SERVICE_ROLE : rights.role;
    if (roles?.[role] === undefined) return undefined;
    if (roles[role]) return identityOf(role, {}, ANON_ROLE);
    return rights.kind === "service" ? OWN : undefined;
  }

  async identityOf(call: CallRights, settable: SettableRoles): Promise<Result<Identity, IdentityError>> {
    if (call.authorization !== undefined) return this.#ofHeader(call.authorization, settable);
    const known = this.knownIdentity(call, undefined);
    if (known !== undefined) return known;
    const token = await this.#currentToken();
    if (!token.ok) return token;
    return token.value === undefined
      ? this.#ofKey(settable)
      : this.#ofHeader(`Bearer ${token.value}`, settable);
  }

  async #ofHeader(authorization: string, settable: SettableRoles): Promise<Result<Identity, IdentityError>> {
    const isKey = this.#key !== undefined && bearerToken(authorization) === this.#key;
    // Applications send the public key as the token of a caller without one.
    if (isKey && this.#rights.kind === "role") return this.#ofKey(settable);
    const identity = await authenticate(authorization, this.#config);
    return isKey && !identity.ok ? err(KEY_AS_TOKEN) : identity;
  }

  async #currentToken(): Promise<Result<string | undefined, IdentityError>> {
    try {
      const token: unknown = (await this.#accessToken?.()) ?? undefined;
      return token === undefined || typeof token === "string" ? ok(token) : err(notAToken(token));
    } catch (thrown) {
      return err({
        kind: "rightsRefused",
        what: `The user's token could not be asked for: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
        hint: "accessToken() failed, or the delegate's session. It should give null when nobody is signed in.",
      });
    }
  }

  async #ofKey(settable: SettableRoles): Promise<Result<Identity, IdentityError>> {
    const rights = this.#rights;
    if (rights.kind === "own") return ok(OWN_RIGHTS);
    const role = rights.kind === "service" ? SERVICE_ROLE : rights.role;
    if (!(await this.#maySet(role, settable)))
      return rights.kind === "service" ? ok(OWN_RIGHTS) : err(roleIsMissing(role));
    const claims = await this.#claimsOf(rights.token);
    return claims.ok ? identityOf(role, claims.value, ANON_ROLE) : claims;
  }

  /** A role may have been made since the answer was kept. Only a key that has nothing else to fall back to asks again. */
  async #maySet(role: string, settable: SettableRoles): Promise<boolean> {
    const known = (await settable(false))[role];
    if (known !== false || this.#rights.kind === "service") return known !== false;
    return (await settable(true))[role] !== false;
  }

  /** A key's claims beside its role, where they verify. One whose keys cannot be fetched now is not guessed at. */
  async #claimsOf(token: string | undefined): Promise<Result<Claims, IdentityError>> {
    const { jwt } = this.#config;
    if (token === undefined || jwt === undefined) return ok({});
    const verified = await verifierOf(jwt).verify(token);
    if (verified.ok) return ok(verified.value.claims);
    return verified.error.kind === "keysUnavailable" ? verified : ok({});
  }
}

/**
 * A service key, or a text that means nothing, must not become a password that gives the connection's own rights to
 * whoever sends it.
 */
const KEY_AS_TOKEN: IdentityError = {
  kind: "rightsRefused",
  what: "The Authorization header carries the client's own key, which cannot be verified as a token.",
  hint: "Leave the header out: the client has its key's rights without it. Or give createClient the option jwt.",
};

function notAToken(given: unknown): IdentityError {
  return {
    kind: "rightsRefused",
    what: `accessToken() gave ${typeof given === "object" ? "an" : "a"} ${typeof given}, which is no token. Nothing was run.`,
    hint: "It should give the signed-in user's token as a text, or null when nobody is signed in.",
  };
}

function roleIsMissing(role: string): IdentityError {
  return {
    kind: "rightsRefused",
    what: `The client's key stands for the role "${role}", which this database does not have or this connection may not become. Nothing was run.`,
    hint: `Apply the migration supabaseCompat(), or let the connection's user become the role: GRANT ${role} TO that user.`,
  };
}
