import { EncryptionError } from "./encryption-error.ts";

const KEY_BYTES = 32;

/** A wrapping key from its text: 32 bytes in base64. */
export function readWrappingKey(text: string, id: string): Buffer {
  const key = Buffer.from(text.trim(), "base64");
  if (key.length === KEY_BYTES && /^[A-Za-z0-9+/]{43}=$/.test(text.trim())) return key;
  throw new EncryptionError(
    "key-service",
    `${id} holds no key: it must be 32 random bytes in base64, as \`openssl rand -base64 32\` prints them.`,
  );
}
