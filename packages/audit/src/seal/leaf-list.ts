const ID_BYTES = 8;
const HASH_BYTES = 32;
export const ENTRY_BYTES: number = ID_BYTES + HASH_BYTES;

/** A record of a block: its id, and the hash of its encoding. */
export interface Leaf {
  readonly id: bigint;
  readonly hash: Buffer;
}

/** The hashes of a list of leaves, without making its entries. */
export function* leafHashes(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += ENTRY_BYTES)
    yield bytes.subarray(start + ID_BYTES, start + ENTRY_BYTES);
}

/** Undefined for bytes that are no list of leaves. */
export function readLeaves(bytes: Buffer): Leaf[] | undefined {
  if (bytes.length % ENTRY_BYTES !== 0) return undefined;
  return Array.from({ length: bytes.length / ENTRY_BYTES }, (_, index) => {
    const start = index * ENTRY_BYTES;
    return { id: bytes.readBigInt64BE(start), hash: bytes.subarray(start + ID_BYTES, start + ENTRY_BYTES) };
  });
}
