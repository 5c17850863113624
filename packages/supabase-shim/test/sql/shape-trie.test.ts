import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ShapeKey, ShapeTrie } from "../../src/sql/shape-trie.ts";

/** Few parts, so that keys begin alike and one is often the beginning of another. */
const part = fc.constantFrom<(string | number | boolean | undefined)[]>(
  "a",
  "1",
  1,
  0,
  true,
  false,
  undefined,
);
const key: fc.Arbitrary<ShapeKey> = fc.array(part, { maxLength: 6 });
const step = fc.record({ kind: fc.constantFrom("set", "set", "delete"), key });

/** A text that tells every two keys apart. */
const written = (of: ShapeKey): string => of.map((each) => `${typeof each} ${String(each)}`).join(",");

test("after any steps it holds what a plain map of whole keys holds", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.array(key, { maxLength: 20 }), (steps, others) => {
      const trie = new ShapeTrie<number>();
      const plain = new Map<string, number>();
      for (const [index, { kind, key: of }] of steps.entries()) {
        if (kind === "set") {
          trie.set(of, index);
          plain.set(written(of), index);
        } else {
          trie.delete(of);
          plain.delete(written(of));
        }
      }
      const asked = [...steps.map(({ key: of }) => of), ...others];
      expect(asked.map((of) => trie.get(of))).toEqual(asked.map((of) => plain.get(written(of))));
    }),
    { numRuns: 2000 },
  );
});

describe("keys that begin alike", () => {
  test("a key is found beside its own beginning, and without it", () => {
    const trie = new ShapeTrie<string>();
    trie.set(["read", "patients", "id"], "long");
    expect(trie.get(["read", "patients"])).toBeUndefined();
    trie.set(["read", "patients"], "short");
    expect(trie.get(["read", "patients"])).toBe("short");
    trie.delete(["read", "patients"]);
    expect(trie.get(["read", "patients"])).toBeUndefined();
    expect(trie.get(["read", "patients", "id"])).toBe("long");
  });

  test("a number is not the text that it is written as", () => {
    const trie = new ShapeTrie<string>();
    trie.set(["data", 0], "an index");
    trie.set(["data", "0"], "a key");
    expect([trie.get(["data", 0]), trie.get(["data", "0"])]).toEqual(["an index", "a key"]);
  });
});
