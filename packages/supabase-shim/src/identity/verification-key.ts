import type { webcrypto } from "node:crypto";
import type { JsonWebKey } from "./identity-config.ts";

/** What `jose` verifies with. Not named by its types: they would be in ours, and it cannot be required. */
export type CryptographicKey = webcrypto.CryptoKey | Uint8Array;

/** What a token's header says about its key. */
export interface KeyWanted {
  readonly alg: string;
  readonly kid?: string;
}

/** The keys that an algorithm needs. */
const KEY_OF_ALGORITHM: Readonly<Record<string, { readonly kty: string; readonly crv?: string }>> = {
  HS256: { kty: "oct" },
  HS384: { kty: "oct" },
  HS512: { kty: "oct" },
  RS256: { kty: "RSA" },
  RS384: { kty: "RSA" },
  RS512: { kty: "RSA" },
  PS256: { kty: "RSA" },
  PS384: { kty: "RSA" },
  PS512: { kty: "RSA" },
  ES256: { kty: "EC", crv: "P-256" },
  ES384: { kty: "EC", crv: "P-384" },
  ES512: { kty: "EC", crv: "P-521" },
  EdDSA: { kty: "OKP", crv: "Ed25519" },
};

export function isKnownAlgorithm(alg: string): boolean {
  return Object.hasOwn(KEY_OF_ALGORITHM, alg);
}

export function isSymmetric(alg: string): boolean {
  return KEY_OF_ALGORITHM[alg]?.kty === "oct";
}

/** The members that verifying needs: a private key that was configured is used as its public one. */
const PUBLIC_MEMBERS = ["kty", "crv", "x", "y", "n", "e", "k"] as const;

/** One key that tokens may be signed with. The algorithm follows from the key, never from the token alone. */
export class VerificationKey {
  readonly #jwk: JsonWebKey;
  readonly #anyKid: boolean;
  readonly #imported = new Map<string, Promise<CryptographicKey>>();

  /** @param anyKid a secret has no `kid`, and serves tokens that carry one. */
  constructor(jwk: JsonWebKey, anyKid = false) {
    this.#jwk = jwk;
    this.#anyKid = anyKid;
  }

  fits({ alg, kid }: KeyWanted): boolean {
    const jwk = this.#jwk;
    const needed = KEY_OF_ALGORITHM[alg];
    return (
      needed !== undefined &&
      jwk["kty"] === needed.kty &&
      (needed.crv === undefined || jwk["crv"] === needed.crv) &&
      jwk["use"] !== "enc" &&
      (jwk["alg"] === undefined || jwk["alg"] === alg) &&
      (kid === undefined || this.#anyKid || jwk["kid"] === kid)
    );
  }

  /** Rejects when the key's members are no such key. */
  imported(alg: string): Promise<CryptographicKey> {
    const known = this.#imported.get(alg) ?? importKey(this.#jwk, alg);
    this.#imported.set(alg, known);
    return known;
  }
}

async function importKey(jwk: JsonWebKey, alg: string): Promise<CryptographicKey> {
  // jose is an ES module, and loaded when the first token comes: a CommonJS application can do that too.
  const jose = await import("jose");
  const members = PUBLIC_MEMBERS.flatMap((name) =>
    jwk[name] === undefined ? [] : [[name, jwk[name]] as const],
  );
  return jose.importJWK(Object.fromEntries(members) as Parameters<typeof jose.importJWK>[0], alg);
}
