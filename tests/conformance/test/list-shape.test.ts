import { describe, expect, it } from "vitest";
import { canonicalText } from "../src/canonical-text.ts";
import type { ChainStep } from "../src/conformance-case.ts";
import { listShapeOf } from "../src/list-shape.ts";

function same(chain: readonly ChainStep[], one: unknown, other: unknown): boolean {
  const shape = listShapeOf(chain);
  return canonicalText(one, shape) === canonicalText(other, shape);
}

describe("lists are compared without regard to order unless the chain orders them", () => {
  it("at the top", () => {
    const chain: ChainStep[] = [
      ["from", "t"],
      ["select", "id"],
    ];
    expect(same(chain, [{ id: 1 }, { id: 2 }], [{ id: 2 }, { id: 1 }])).toBe(true);
    expect(same([...chain, ["order", "id"]], [{ id: 1 }, { id: 2 }], [{ id: 2 }, { id: 1 }])).toBe(false);
    expect(same(chain, [{ id: 1 }, { id: 1 }], [{ id: 1 }])).toBe(false);
  });

  it("in an embed, by its alias or its table", () => {
    const select: ChainStep = ["select", 'id, "Kids":members!hint!inner(id, name)'];
    const chain: ChainStep[] = [["from", "t"], select, ["order", "id"]];
    const one = [{ id: 1, Kids: [{ id: 1 }, { id: 2 }] }];
    const other = [{ id: 1, Kids: [{ id: 2 }, { id: 1 }] }];
    expect(same(chain, one, other)).toBe(true);
    expect(same([...chain, ["order", "id", { referencedTable: "members" }]], one, other)).toBe(false);
    expect(same([...chain, ["order", "id", { referencedTable: "Kids" }]], one, other)).toBe(false);
    expect(same([...chain, ["order", "id", { foreignTable: "elsewhere" }]], one, other)).toBe(true);
  });

  it("two levels down", () => {
    const chain: ChainStep[] = [["from", "t"], ["select", "b:branches(name, scenes(id))"], ["single"]];
    const one = { b: [{ name: "x", scenes: [{ id: 1 }, { id: 2 }] }] };
    const other = { b: [{ name: "x", scenes: [{ id: 2 }, { id: 1 }] }] };
    expect(same(chain, one, other)).toBe(true);
    expect(same([...chain, ["order", "id", { referencedTable: "branches.scenes" }]], one, other)).toBe(false);
    expect(same([...chain, ["order", "id", { referencedTable: "b.scenes" }]], one, other)).toBe(false);
  });

  it("in the columns of a to-many spread, row by row", () => {
    const chain: ChainStep[] = [
      ["from", "t"],
      ["select", "id, ...subs(tier, s:status, n:x->>'y')"],
    ];
    const row = [{ id: 1, tier: ["a", "b"], s: ["x", "y"], n: [1, 2] }];
    expect(same(chain, row, [{ id: 1, tier: ["b", "a"], s: ["y", "x"], n: [2, 1] }])).toBe(true);
    expect(same(chain, row, [{ id: 1, tier: ["b", "a"], s: ["x", "y"], n: [1, 2] }])).toBe(false);
  });

  it("but a value that is an array keeps its order", () => {
    const chain: ChainStep[] = [
      ["from", "t"],
      ["select", "tags, meta->list, kids(tags)"],
    ];
    expect(same(chain, [{ tags: ["a", "b"] }], [{ tags: ["b", "a"] }])).toBe(false);
    expect(same(chain, [{ list: [1, 2] }], [{ list: [2, 1] }])).toBe(false);
    expect(same(chain, [{ kids: [{ tags: [1, 2] }] }], [{ kids: [{ tags: [2, 1] }] }])).toBe(false);
  });

  it("aggregates are columns, not embeds", () => {
    const chain: ChainStep[] = [
      ["from", "t"],
      ["select", "rmr.avg(),n:count(),x::int.max()::text,...p(count())"],
    ];
    expect(listShapeOf(chain)).toEqual({
      ordered: false,
      embeds: new Map(),
      spreads: [{ keys: ["count"], ordered: false }],
    });
  });
});

describe("canonicalText", () => {
  it("does not look at the order of keys", () => {
    expect(canonicalText({ a: 1, b: [{ c: 2, d: 3 }] })).toBe(canonicalText({ b: [{ d: 3, c: 2 }], a: 1 }));
  });

  it("keeps apart what JSON would make equal", () => {
    const values = [null, undefined, Number.NaN, 0, -0, "0", 0n, "null", new Date(0), [], {}];
    expect(new Set(values.map((value) => canonicalText({ value }))).size).toBe(values.length);
    expect(canonicalText({ a: undefined })).not.toBe(canonicalText({}));
  });
});
