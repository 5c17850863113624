import { EncryptionError } from "./encryption-error.ts";

/*
 * An encrypted value:
 *
 *   1   format: 1 without, 2 with a search token
 *  16   search token (format 2)
 *   1   length of the key's name
 *   n   key's name
 *   4   key's version, big-endian
 *  12   nonce
 *   m   ciphertext, as long as the value's JSON
 *  16   authentication tag
 *
 * Everything before the nonce is the header, and part of the associated data.
 */
const PLAIN = 1;
const SEARCHABLE = 2;

export const TOKEN_BYTES = 16;
export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;

/** An encrypted value, taken apart. */
export interface ParsedValue {
  readonly header: Buffer;
  readonly key: string;
  readonly version: number;
  readonly nonce: Buffer;
  readonly ciphertext: Buffer;
  readonly tag: Buffer;
}

/** What comes before the nonce of a value. */
export function headerOf(key: string, version: number, token?: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from([token === undefined ? PLAIN : SEARCHABLE]),
    token ?? Buffer.alloc(0),
    keyField(key),
    versionField(version),
  ]);
}

/** The key's name as a value holds it, with its length in front. */
export function keyField(key: string): Buffer {
  const name = Buffer.from(key, "latin1");
  return Buffer.concat([Buffer.from([name.length]), name]);
}

export function versionField(version: number): Buffer {
  const field = Buffer.alloc(4);
  field.writeUInt32BE(version);
  return field;
}

/** Where the key's name begins, counted from 0. */
export function keyOffset(searchable: boolean): number {
  return searchable ? 1 + TOKEN_BYTES : 1;
}

/** The first byte of a column's values. */
export function formatByte(searchable: boolean): number {
  return searchable ? SEARCHABLE : PLAIN;
}

/** The fewest bytes of a value: a name of one letter, and nothing encrypted. */
export const LEAST_BYTES: number = keyOffset(false) + 2 + 4 + NONCE_BYTES + TAG_BYTES;

/** @throws {EncryptionError} the bytes are no encrypted value. */
export function parseValue(value: Uint8Array, column: string): ParsedValue {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  const format = bytes[0];
  if (format !== PLAIN && format !== SEARCHABLE) throw malformed(column);
  const start = keyOffset(format === SEARCHABLE);
  const versionAt = start + 1 + (bytes[start] ?? 0);
  const nonceAt = versionAt + 4;
  const ciphertextAt = nonceAt + NONCE_BYTES;
  const tagAt = bytes.length - TAG_BYTES;
  if (tagAt < ciphertextAt) throw malformed(column);
  return {
    header: bytes.subarray(0, nonceAt),
    key: bytes.toString("latin1", start + 1, versionAt),
    version: bytes.readUInt32BE(versionAt),
    nonce: bytes.subarray(nonceAt, ciphertextAt),
    ciphertext: bytes.subarray(ciphertextAt, tagAt),
    tag: bytes.subarray(tagAt),
  };
}

function malformed(column: string): EncryptionError {
  return new EncryptionError(
    "tampered",
    `A value of ${column} is no encrypted value, or was cut off. It was written past the encryption, or changed.`,
  );
}
