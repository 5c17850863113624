import { createHash } from "node:crypto";

/*
 * The Merkle tree of RFC 6962, section 2.1, with SHA-256: leaves and nodes are told apart by their first byte, so that
 * no node can pass for a record.
 */

const LEAF = Buffer.from([0]);
const NODE = Buffer.from([1]);

/** The hash of a tree without leaves. */
export const EMPTY_ROOT: Buffer = createHash("sha256").digest();

export function leafHash(encoded: string): Buffer {
  return createHash("sha256").update(LEAF).update(encoded, "utf8").digest();
}

/** The byte 1 and two hashes: one buffer for all nodes, because there are as many of them as records. */
const node = Buffer.concat([NODE, Buffer.alloc(64)]);

function nodeHash(left: Buffer, right: Buffer): Buffer {
  node.set(left, 1);
  node.set(right, 33);
  return createHash("sha256").update(node).digest();
}

/** Takes leaves one after the other and keeps one hash for each level: a block of any size in constant memory. */
export class TreeHasher {
  /** Complete subtrees from the largest to the smallest, by the number of their leaves. */
  readonly #subtrees: { readonly size: number; readonly hash: Buffer }[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(leaf: Buffer): void {
    this.#count += 1;
    let subtree = { size: 1, hash: leaf };
    for (let last = this.#subtrees.at(-1); last?.size === subtree.size; last = this.#subtrees.at(-1)) {
      this.#subtrees.pop();
      subtree = { size: last.size * 2, hash: nodeHash(last.hash, subtree.hash) };
    }
    this.#subtrees.push(subtree);
  }

  root(): Buffer {
    return (
      this.#subtrees
        .map((subtree) => subtree.hash)
        .reduceRight(
          (right: Buffer | undefined, left) => (right === undefined ? left : nodeHash(left, right)),
          undefined,
        ) ?? EMPTY_ROOT
    );
  }
}

export function merkleRoot(leaves: readonly Buffer[]): Buffer {
  const hasher = new TreeHasher();
  for (const leaf of leaves) hasher.add(leaf);
  return hasher.root();
}

/** The hashes beside the way from a leaf up to the root, from the bottom. RFC 6962, section 2.1.1. */
export function auditPath(leaves: readonly Buffer[], index: number): Buffer[] {
  if (leaves.length <= 1) return [];
  const split = largestPowerBelow(leaves.length);
  return index < split
    ? [...auditPath(leaves.slice(0, split), index), merkleRoot(leaves.slice(split))]
    : [...auditPath(leaves.slice(split), index - split), merkleRoot(leaves.slice(0, split))];
}

/** The root that a leaf and its path lead to, in a tree of this many leaves. */
export function rootFromPath(
  leaf: Buffer,
  {
    index,
    count,
    path,
  }: { readonly index: number; readonly count: number; readonly path: readonly Buffer[] },
): Buffer | undefined {
  if (index < 0 || index >= count) return undefined;
  if (count === 1) return path.length === 0 ? leaf : undefined;
  const sibling = path.at(-1);
  if (sibling === undefined) return undefined;
  const split = largestPowerBelow(count);
  const below = path.slice(0, -1);
  if (index < split) {
    const left = rootFromPath(leaf, { index, count: split, path: below });
    return left && nodeHash(left, sibling);
  }
  const right = rootFromPath(leaf, { index: index - split, count: count - split, path: below });
  return right && nodeHash(sibling, right);
}

function largestPowerBelow(count: number): number {
  return 2 ** Math.ceil(Math.log2(count) - 1);
}
