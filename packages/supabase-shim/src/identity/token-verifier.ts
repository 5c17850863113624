import { createHash } from "node:crypto";
import { err, type IdentityError, type Result } from "../errors/index.ts";
import { checkClaims } from "./check-claims.ts";
import { configuredKeys } from "./configured-keys.ts";
import type { JwtConfig } from "./identity-config.ts";
import { PublishedKeys } from "./published-keys.ts";
import { parseRolePath, type RolePath } from "./role-path.ts";
import { TokenCache } from "./token-cache.ts";
import { type KeySources, type VerifiedToken, verifyToken } from "./verify-token.ts";

export const DEFAULT_ROLE_CLAIM_KEY = ".role";

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

  /** @param moment which of a token's times count: `anytime` leaves out when it expires. */
  async verify(
    token: string,
    moment: "now" | "anytime" = "now",
  ): Promise<Result<VerifiedToken, IdentityError>> {
    const { local, published } = this.#sources;
    if (local.length === 0 && published === undefined) return err({ kind: "noSecret" });
    const known = this.#verified.get(token);
    const result =
      known === undefined ? await verifyToken(token, this.#sources) : { ok: true as const, value: known };
    if (!result.ok) return result;
    if (known === undefined) this.#verified.set(token, result.value);
    const { claims } = result.value;
    const problem = checkClaims(moment === "now" ? claims : { ...claims, exp: null }, this.#audience);
    return problem === undefined ? result : err({ kind: "claims", problem });
  }
}

/** How many configurations are remembered: an application has a few. */
const MAX_VERIFIERS = 50;

const byObject = new WeakMap<JwtConfig, TokenVerifier>();
const byContent = new Map<string, TokenVerifier>();

/**
 * The verifier of a configuration. It keeps verified tokens and fetched keys, so equal configurations share one:
 * applications make a client per request, each with an object of its own. An object is read at its first use only.
 *
 * @throws {TypeError} the configuration is wrong.
 */
export function verifierOf(config: JwtConfig): TokenVerifier {
  const known = byObject.get(config) ?? shared(config);
  byObject.set(config, known);
  return known;
}

function shared(config: JwtConfig): TokenVerifier {
  const { secret, secretIsBase64, jwks, audience, roleClaimKey } = config;
  const parts = JSON.stringify([secret, secretIsBase64, jwks, audience, roleClaimKey]);
  // By hash, so that the secret is not kept a second time.
  const key = createHash("sha256").update(parts).digest("base64");
  const verifier = byContent.get(key) ?? new TokenVerifier(config);
  byContent.delete(key);
  byContent.set(key, verifier);
  // The one that was not asked for longest comes first.
  for (const oldest of byContent.keys()) {
    if (byContent.size <= MAX_VERIFIERS) break;
    byContent.delete(oldest);
  }
  return verifier;
}
