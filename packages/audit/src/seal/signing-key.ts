import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";

/**
 * What signs seals. The private half should be where neither the database nor the application can read it: with a
 * key service, `sign` is its call.
 *
 * @example
 * ```ts
 * import type { SigningKey } from "@offramp/audit";
 *
 * export function remoteKey(id: string, publicKey: string, signer: (bytes: Uint8Array) => Promise<Uint8Array>): SigningKey {
 *   return { id, publicKey, sign: signer };
 * }
 * ```
 */
export interface SigningKey {
  /** Names the key in seals. No spaces. */
  readonly id: string;
  /** The public half: PEM, or DER (SPKI) in base64. */
  readonly publicKey: string;
  /** The Ed25519 signature of the bytes (RFC 8032). */
  sign(bytes: Uint8Array): Promise<Uint8Array> | Uint8Array;
}

/**
 * A signing key from its private half in PEM, as a file or a secret holds it:
 * `openssl genpkey -algorithm ed25519 -out seal-key.pem`.
 *
 * @throws {TypeError} the text is no Ed25519 private key. The message does not show it.
 *
 * @example
 * ```ts
 * import { readFileSync } from "node:fs";
 * import { signingKey } from "@offramp/audit";
 *
 * const key = signingKey("seal-2026", readFileSync("seal-key.pem", "utf8"));
 * console.log(key.publicKey);
 * ```
 */
export function signingKey(id: string, pem: string): SigningKey {
  if (!/^\S+$/.test(id)) throw new TypeError("signingKey: the id of a key is a word without spaces");
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw new TypeError(`signingKey: the key ${id} is no private key in PEM`);
  }
  if (key.asymmetricKeyType !== "ed25519") {
    throw new TypeError(
      `signingKey: the key ${id} is ${key.asymmetricKeyType}, and seals are signed with Ed25519`,
    );
  }
  return {
    id,
    publicKey: derOf(createPublicKey(key)),
    sign: (bytes) => sign(null, bytes, key),
  };
}

/** A public key as DER in base64. */
function derOf(key: KeyObject): string {
  return key.export({ type: "spki", format: "der" }).toString("base64");
}

/** A public key from PEM, or from DER in base64; undefined for what is no Ed25519 key. */
export function readPublicKey(text: string): KeyObject | undefined {
  try {
    const key = text.includes("BEGIN")
      ? createPublicKey(text)
      : createPublicKey({ key: Buffer.from(text, "base64"), format: "der", type: "spki" });
    return key.asymmetricKeyType === "ed25519" ? key : undefined;
  } catch {
    return undefined;
  }
}

export function isSignedBy(key: KeyObject, text: string, signature: string): boolean {
  return verify(null, Buffer.from(text, "utf8"), key, Buffer.from(signature, "base64"));
}
