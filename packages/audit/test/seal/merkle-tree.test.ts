import { describe, expect, it } from "vitest";
import {
  auditPath,
  EMPTY_ROOT,
  leafHash,
  merkleRoot,
  rootFromPath,
  TreeHasher,
} from "../../src/seal/merkle-tree.ts";

/** The leaves and roots by which implementations of RFC 6962 are compared. */
const LEAVES = [
  "",
  "00",
  "10",
  "2021",
  "3031",
  "40414243",
  "5051525354555657",
  "606162636465666768696a6b6c6d6e6f",
].map((hex) => leafHash(Buffer.from(hex, "hex").toString("latin1")));
const ROOTS = [
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

describe("the Merkle tree of RFC 6962", () => {
  it("has the published roots", () => {
    expect(EMPTY_ROOT.toString("hex")).toBe(
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    );
    ROOTS.forEach((root, index) => {
      expect(merkleRoot(LEAVES.slice(0, index + 1)).toString("hex")).toBe(root);
    });
  });

  it("leads from each leaf to the root, and from nothing else", () => {
    for (let count = 2; count <= 40; count += 1) {
      const leaves = Array.from({ length: count }, (_, index) => leafHash(`record ${index}`));
      const root = merkleRoot(leaves);
      leaves.forEach((leaf, index) => {
        const path = auditPath(leaves, index);
        expect(rootFromPath(leaf, { index, count, path })).toEqual(root);
        expect(rootFromPath(leafHash("another"), { index, count, path })).not.toEqual(root);
        expect(rootFromPath(leaf, { index: (index + 1) % count, count, path })).not.toEqual(root);
        expect(rootFromPath(leaf, { index, count, path: path.slice(1) })).not.toEqual(root);
      });
    }
    const only = leafHash("only");
    expect(rootFromPath(only, { index: 0, count: 1, path: [] })).toEqual(only);
  });

  it("keeps a hash for each level only", () => {
    const tree = new TreeHasher();
    for (let index = 0; index < 100_000; index += 1) tree.add(LEAVES[index % 8] ?? EMPTY_ROOT);
    expect(tree.count).toBe(100_000);
    expect(tree.root()).toHaveLength(32);
  });
});
