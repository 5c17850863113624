const ID_BYTES = 8;
const HASH_BYTES = 32;
const ENTRY_BYTES = ID_BYTES + HASH_BYTES;

/** A record of a block: its id, and the hash of its encoding. */
export interface Leaf {
  readonly id: bigint;
  readonly hash: Buffer;
}

/** The leaves of a block as `audit.seal.leaves` keeps them. */
export function writeLeaves(leaves: readonly Leaf[]): Buffer {
  const bytes = Buffer.alloc(leaves.length * ENTRY_BYTES);
  leaves.forEach(({ id, hash }, index) => {
    bytes.writeBigInt64BE(id, index * ENTRY_BYTES);
    hash.copy(bytes, index * ENTRY_BYTES + ID_BYTES);
  });
  return bytes;
}

/** Undefined for bytes that are no list of leaves. */
export function readLeaves(bytes: Buffer): Leaf[] | undefined {
  if (bytes.length % ENTRY_BYTES !== 0) return undefined;
  return Array.from({ length: bytes.length / ENTRY_BYTES }, (_, index) => {
    const start = index * ENTRY_BYTES;
    return { id: bytes.readBigInt64BE(start), hash: bytes.subarray(start + ID_BYTES, start + ENTRY_BYTES) };
  });
}
