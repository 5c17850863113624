import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { EncryptionError } from "./encryption-error.ts";

/**
 * Which data key is wrapped. A wrapped key cannot stand for another one.
 *
 * @example
 * import type { DataKeyName } from "@offramp/db/encryption";
 *
 * const first: DataKeyName = { name: "phi", version: 1 };
 * console.log(first);
 */
export interface DataKeyName {
  readonly name: string;
  readonly version: number;
}

/**
 * What wraps and unwraps data keys: the only one that needs the key above them. {@link kmsWrapper}, {@link secretWrapper}
 * and {@link localKeyFile} make one; so can you, for another key service.
 *
 * @example
 * import { EncryptionError, type KeyWrapper, localKeyFile } from "@offramp/db/encryption";
 *
 * const inner = localKeyFile(".offramp-key");
 * const readOnly: KeyWrapper = {
 *   id: inner.id,
 *   wrap: () => Promise.reject(new EncryptionError("key-service", "This process makes no keys.")),
 *   unwrap: (wrapped, key) => inner.unwrap(wrapped, key),
 * };
 * console.log(readOnly.id);
 */
export interface KeyWrapper {
  /** Names the key, for messages and for the table of data keys. */
  readonly id: string;
  /** @throws {EncryptionError} the key service did not wrap it. */
  wrap(secret: Uint8Array, key: DataKeyName): Promise<Uint8Array>;
  /** @throws {EncryptionError} it was wrapped by another key or for another data key, or the service did not answer. */
  unwrap(wrapped: Uint8Array, key: DataKeyName): Promise<Uint8Array>;
}

const FINGERPRINT_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Tells one wrapping key from another, and nothing else about it. */
export function fingerprintOf(key: Uint8Array): Buffer {
  return createHash("sha256")
    .update("offramp wrapping key 1")
    .update(key)
    .digest()
    .subarray(0, FINGERPRINT_BYTES);
}

/** The fingerprint of the key that wrapped it. */
export function wrappingKeyOf(wrapped: Uint8Array): Buffer {
  return Buffer.from(wrapped.subarray(0, FINGERPRINT_BYTES));
}

/** Fingerprint, nonce, ciphertext, tag: AES-256-GCM with the data key's name and version as associated data. */
export function wrapWith(key: Uint8Array, secret: Uint8Array, name: DataKeyName): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(context(name));
  return Buffer.concat([
    fingerprintOf(key),
    nonce,
    cipher.update(secret),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
}

/** @throws {EncryptionError} another key wrapped it, or it was changed. */
export function unwrapWith(
  key: Uint8Array,
  wrapped: Uint8Array,
  { id, name }: { readonly id: string; readonly name: DataKeyName },
): Buffer {
  if (!wrappingKeyOf(wrapped).equals(fingerprintOf(key))) {
    throw new EncryptionError(
      "key",
      `${described(name)} was wrapped by another key than ${id} has now. Give the key that wrapped it.`,
    );
  }
  const nonceEnd = FINGERPRINT_BYTES + NONCE_BYTES;
  const tagAt = wrapped.length - TAG_BYTES;
  try {
    if (tagAt < nonceEnd) throw new RangeError("too short");
    const decipher = createDecipheriv("aes-256-gcm", key, wrapped.subarray(FINGERPRINT_BYTES, nonceEnd), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(context(name));
    decipher.setAuthTag(wrapped.subarray(tagAt));
    return Buffer.concat([decipher.update(wrapped.subarray(nonceEnd, tagAt)), decipher.final()]);
  } catch {
    throw new EncryptionError(
      "key",
      `${described(name)} was changed after it was wrapped, or was wrapped for another data key.`,
    );
  }
}

export function described({ name, version }: DataKeyName): string {
  return `Version ${version} of the data key "${name}"`;
}

function context({ name, version }: DataKeyName): Buffer {
  return Buffer.from(JSON.stringify(["offramp data key", name, version]), "utf8");
}
