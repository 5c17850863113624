import { err, type IdentityError, type Result } from "../errors/index.ts";
import { checkClaims } from "./check-claims.ts";
import { configuredKeys } from "./configured-keys.ts";
import type { JwtConfig } from "./identity-config.ts";
import { PublishedKeys } from "./published-keys.ts";
import { parseRolePath, type RolePath } from "./role-path.ts";
import { TokenCache } from "./token-cache.ts";
import { type KeySources, type VerifiedToken, verifyToken } from "./verify-token.ts";

const DEFAULT_ROLE_CLAIM_KEY = ".role";

/** Verifies the tokens of one configuration. */
export class TokenVerifier {
  readonly rolePath: RolePath;
  readonly #sources: KeySources;
  readonly #audience: string | undefined;
  readonly #verified = new TokenCache<VerifiedToken>();

  /** @throws {TypeError} the configuration is wrong; says which part of it. */
  constructor(config: JwtConfig) {
    const { local, remote } = configuredKeys(config);
    this.#sources = { local, ...(remote === undefined ? {} : { published: new PublishedKeys(remote) }) };
    this.#audience = config.audience;
    this.rolePath = parseRolePath(config.roleClaimKey ?? DEFAULT_ROLE_CLAIM_KEY);
  }

  async verify(token: string): Promise<Result<VerifiedToken, IdentityError>> {
    const { local, published } = this.#sources;
    if (local.length === 0 && published === undefined) return err({ kind: "noSecret" });
    const known = this.#verified.get(token);
    const result =
      known === undefined ? await verifyToken(token, this.#sources) : { ok: true as const, value: known };
    if (!result.ok) return result;
    if (known === undefined) this.#verified.set(token, result.value);
    const problem = checkClaims(result.value.claims, this.#audience);
    return problem === undefined ? result : err({ kind: "claims", problem });
  }
}

const verifiers = new WeakMap<JwtConfig, TokenVerifier>();

/**
 * The verifier of a configuration, made once: it keeps verified tokens and fetched keys. A configuration object is
 * not read again after its first use.
 *
 * @throws {TypeError} the configuration is wrong.
 */
export function verifierOf(config: JwtConfig): TokenVerifier {
  const verifier = verifiers.get(config) ?? new TokenVerifier(config);
  verifiers.set(config, verifier);
  return verifier;
}
