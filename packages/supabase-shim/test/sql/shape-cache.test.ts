import { describe, expect, test } from "vitest";
import type { CompiledPlan } from "../../src/sql/index.ts";
import { ShapeCache } from "../../src/sql/index.ts";

/** The cache looks into no plan, so one that says its name will do. */
const plan = (name: string): CompiledPlan =>
  ({ main: { text: name, params: [] } }) as unknown as CompiledPlan;

const schema = {};

function filled(capacity: number, names: readonly string[]): ShapeCache {
  const cache = new ShapeCache(capacity);
  for (const name of names) cache.set([name], schema, plan(name));
  return cache;
}

describe("what is kept", () => {
  test("a plan comes back for its own key only", () => {
    const cache = filled(3, ["a"]);
    expect(cache.get(["a"], schema)?.compiled.main.text).toBe("a");
    expect(cache.get(["b"], schema)).toBeUndefined();
  });

  test("no more than its capacity, the least recently used going first", () => {
    const cache = filled(3, ["a", "b", "c"]);
    cache.get(["a"], schema);
    cache.set(["d"], schema, plan("d"));
    expect(cache.size).toBe(3);
    expect(["a", "b", "c", "d"].filter((key) => cache.get([key], schema) !== undefined)).toEqual([
      "a",
      "c",
      "d",
    ]);
  });

  test("ten thousand shapes leave the last thousand, by default", () => {
    const cache = new ShapeCache();
    for (let index = 0; index < 10_000; index += 1) cache.set([String(index)], schema, plan(String(index)));
    expect(cache.size).toBe(1000);
    expect(cache.get(["9000"], schema)).toBeDefined();
    expect(cache.get(["8999"], schema)).toBeUndefined();
  });

  test("nothing of another schema cache: its plans may be wrong now", () => {
    const cache = filled(3, ["a"]);
    const newer = {};
    expect(cache.get(["a"], newer)).toBeUndefined();
    expect(cache.get(["a"], schema)).toBeDefined();
    cache.set(["b"], newer, plan("b"));
    expect(cache.size).toBe(1);
    expect(cache.get(["a"], schema)).toBeUndefined();
    expect(cache.get(["a"], newer)).toBeUndefined();
  });
});

describe("what is prepared", () => {
  const hot = (cache: ShapeCache, key: string): boolean | undefined => cache.get([key], schema)?.hot;

  test("a shape from its third use on", () => {
    const cache = filled(3, ["a"]);
    expect([hot(cache, "a"), hot(cache, "a"), hot(cache, "a")]).toEqual([false, true, true]);
  });

  test("no more shapes in a life than the capacity, because a connection never forgets a prepared statement", () => {
    const cache = new ShapeCache(2);
    const prepared: string[] = [];
    for (let round = 0; round < 50; round += 1) {
      const key = String(round);
      cache.set([key], schema, plan(key));
      hot(cache, key);
      if (hot(cache, key) === true) prepared.push(key);
    }
    expect(prepared).toEqual(["0", "1"]);
  });
});
