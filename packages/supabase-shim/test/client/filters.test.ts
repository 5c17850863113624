import { describe, expect, test } from "vitest";

import type { PostgrestFilterBuilder } from "../../src/client/postgrest-filter-builder.ts";
import type { Filter, LogicTree, Operation } from "../../src/request/index.ts";
import { requestOf } from "./recording-run.ts";

type Step = (query: PostgrestFilterBuilder) => PromiseLike<unknown>;

async function treesOf(step: Step): Promise<readonly { path: readonly string[]; value: LogicTree }[]> {
  const request = await requestOf((client) => step(client.from("profiles").select()));
  return request.filters;
}

/** The one filter that the step records at the root. */
async function filterOf(step: Step): Promise<Filter> {
  const [located, ...more] = await treesOf(step);
  if (located?.value.kind !== "filter" || more.length > 0) throw new Error("not one filter");
  expect(located.path).toEqual([]);
  return located.value;
}

async function operationOf(step: Step): Promise<Operation> {
  const { negated, operation } = await filterOf(step);
  expect(negated).toBe(false);
  return operation;
}

const eq = (value: string): Operation => ({ kind: "compare", operator: "eq", value });

describe("a value becomes text", () => {
  class Money {
    readonly #cents: number;
    constructor(cents: number) {
      this.#cents = cents;
    }
    toString(): string {
      return (this.#cents / 100).toFixed(2);
    }
  }

  test.each<[string, unknown, string]>([
    ["a text as it is", "a,b.(c)\"'\\", "a,b.(c)\"'\\"],
    ["an empty text", "", ""],
    ["a number", -1.5, "-1.5"],
    ["a large number", 1e21, "1e+21"],
    ["NaN", Number.NaN, "NaN"],
    ["Infinity", Number.POSITIVE_INFINITY, "Infinity"],
    ["a bigint in full", 9007199254740993n, "9007199254740993"],
    ["a boolean", false, "false"],
    ["null as four letters, which equal nothing", null, "null"],
    ["a Date as ISO", new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 6)), "2026-01-02T03:04:05.006Z"],
    ["a plain object as JSON", { a: [1, 2n] }, '{"a":[1,"2"]}'],
    ["an object without prototype as JSON", Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
    ["an array as supabase-js does", ["a", 1, null], "a,1,"],
    ["an object by its own text", new Money(1950), "19.50"],
    ["a URL by its own text", new URL("http://localhost/a"), "http://localhost/a"],
  ])("%s", async (_name, value, text) => {
    expect(await operationOf((query) => query.eq("c", value))).toEqual(eq(text));
  });

  test("text that looks like a filter stays a value", async () => {
    const hostile = "1,or(id.gt.0),not.is.null&select=*";
    const request = await requestOf((client) =>
      client.from("profiles").select("id").eq("id", hostile).neq("name", hostile),
    );
    expect(request.select).toHaveLength(1);
    expect(request.filters.map(({ value }) => value)).toEqual([
      { kind: "filter", field: { name: "id", path: [] }, negated: false, operation: eq(hostile) },
      {
        kind: "filter",
        field: { name: "name", path: [] },
        negated: false,
        operation: { kind: "binary", operator: "neq", value: hostile },
      },
    ]);
  });
});

describe("lists keep their elements", () => {
  const awkward = ["a,b", "(c)", 'quote"', "back\\slash", "{brace}", "new\nline", "", "null", "naïve ✓"];

  test("in", async () => {
    expect(await operationOf((query) => query.in("c", awkward))).toEqual({
      kind: "in",
      values: awkward,
    });
  });

  test("in takes each value once, and null as four letters", async () => {
    const day = new Date(0);
    const operation = await operationOf((query) => query.in("c", [1, "1", 2n, null, day, 1]));
    expect(operation).toEqual({
      kind: "in",
      values: ["1", "2", "null", "1970-01-01T00:00:00.000Z"],
    });
  });

  test("in of one empty text is not the empty list", async () => {
    expect(await operationOf((query) => query.in("c", [""]))).toEqual({ kind: "in", values: [""] });
    expect(await operationOf((query) => query.in("c", []))).toEqual({ kind: "in", values: [] });
  });

  test("in takes 100,000 values", async () => {
    const values = Array.from({ length: 100_000 }, (_, index) => index);
    const operation = await operationOf((query) => query.in("c", values));
    expect(operation).toEqual({ kind: "in", values: values.map(String) });
  });

  test("notIn", async () => {
    expect(await filterOf((query) => query.notIn("c", awkward))).toEqual({
      kind: "filter",
      field: { name: "c", path: [] },
      negated: true,
      operation: { kind: "in", values: awkward },
    });
  });

  test("not and filter take a real list after in", async () => {
    const inList = { kind: "in", values: ["a,b", "1"] };
    expect(await filterOf((query) => query.not("c", "in", ["a,b", 1]))).toMatchObject({
      negated: true,
      operation: inList,
    });
    expect(await filterOf((query) => query.filter("c", "in", ["a,b", 1]))).toMatchObject({
      negated: false,
      operation: inList,
    });
    expect(await filterOf((query) => query.filter("c", "not.in", ["a,b", 1]))).toMatchObject({
      negated: true,
      operation: inList,
    });
  });

  test.each([
    ["contains", "cs"],
    ["containedBy", "cd"],
    ["overlaps", "ov"],
  ] as const)("%s", async (method, operator) => {
    expect(await operationOf((query) => query[method]("c", awkward))).toEqual({
      kind: "binary",
      operator,
      value: { list: awkward },
    });
  });

  test.each([
    ["likeAllOf", "like", "all"],
    ["likeAnyOf", "like", "any"],
    ["ilikeAllOf", "ilike", "all"],
    ["ilikeAnyOf", "ilike", "any"],
  ] as const)("%s", async (method, operator, quantifier) => {
    expect(await operationOf((query) => query[method]("c", awkward))).toEqual({
      kind: "compare",
      operator,
      quantifier,
      value: { list: awkward },
    });
  });

  test("elements are JSON values", async () => {
    const given = [1, true, null, 2n, new Date(0), ["a", [null]], { at: new Date(0), big: 1n }];
    expect(await operationOf((query) => query.contains("c", given))).toMatchObject({
      value: {
        list: [
          1,
          true,
          null,
          "2",
          "1970-01-01T00:00:00.000Z",
          ["a", [null]],
          { at: "1970-01-01T00:00:00.000Z", big: "1" },
        ],
      },
    });
  });

  test("a list that changes afterwards does not change the request", async () => {
    const tags = ["a", ["b"]];
    const values = [1];
    const request = await requestOf((client) => {
      const query = client.from("profiles").select().contains("tags", tags).in("id", values);
      tags.push("c");
      (tags[1] as string[]).push("d");
      values.push(2);
      return query;
    });
    expect(request.filters.map(({ value }) => value)).toMatchObject([
      { operation: { value: { list: ["a", ["b"]] } } },
      { operation: { values: ["1"] } },
    ]);
  });
});

describe("contains takes literals and JSON too", () => {
  test("a text is a literal", async () => {
    expect(await operationOf((query) => query.contains("during", "[1,2)"))).toEqual({
      kind: "binary",
      operator: "cs",
      value: "[1,2)",
    });
  });

  test("an object is JSON", async () => {
    const operation = await operationOf((query) => query.contains("data", { a: { b: 'x"y' }, n: 1n }));
    expect(operation).toEqual({
      kind: "binary",
      operator: "cs",
      value: '{"a":{"b":"x\\"y"},"n":"1"}',
    });
  });
});

describe("is and isDistinct", () => {
  test.each([
    [null, "null"],
    [true, "true"],
    [false, "false"],
  ] as const)("is %s", async (value, name) => {
    const operation = await operationOf((query) => query.is("c", value));
    expect(operation).toEqual({ kind: "is", value: name });
  });

  test.each(["null", "not_null", "true", "false", "unknown"] as const)("is %s as text", async (name) => {
    expect(await operationOf((query) => query.is("c", name))).toEqual({ kind: "is", value: name });
  });

  test("isDistinct from null is from null, not from four letters", async () => {
    expect(await operationOf((query) => query.isDistinct("c", null))).toEqual({
      kind: "isDistinct",
      value: null,
    });
    expect(await operationOf((query) => query.isDistinct("c", "null"))).toEqual({
      kind: "isDistinct",
      value: "null",
    });
  });
});

describe("where a filter applies", () => {
  test("the column's text may be a JSON path or lie in an embed", async () => {
    expect(await treesOf((query) => query.eq("a.b.data->k->>0", "x"))).toEqual([
      {
        path: ["a", "b"],
        value: {
          kind: "filter",
          field: {
            name: "data",
            path: [
              { arrow: "->", operand: { key: "k" } },
              { arrow: "->>", operand: { index: 0 } },
            ],
          },
          negated: false,
          operation: eq("x"),
        },
      },
    ]);
  });

  test("a column that is called like a parameter is a column", async () => {
    const names = ["select", "order", "limit", "offset", "or", "and", "columns", "on_conflict"];
    const request = await requestOf((client) => {
      const query = client.from("Odd Names").delete();
      for (const name of names) query.eq(name, "x");
      return query;
    });
    expect(request.filters.map(({ value }) => value)).toMatchObject(
      names.map((name) => ({ kind: "filter", field: { name } })),
    );
    expect(request).toMatchObject({ order: [], ranges: [] });
  });

  test("filters stay in their order, and two or() stay two", async () => {
    const trees = await treesOf((query) =>
      query.or("a.eq.1,b.eq.2").eq("c", 3).or("d.eq.4,e.eq.5", { referencedTable: "x.y" }),
    );
    expect(trees).toMatchObject([
      { path: [], value: { kind: "group", operator: "or", members: [{}, {}] } },
      { path: [], value: { kind: "filter", field: { name: "c" } } },
      { path: ["x", "y"], value: { kind: "group", operator: "or" } },
    ]);
  });

  test("match records one filter per entry that has a value", async () => {
    const trees = await treesOf((query) => query.match({ a: 1, b: undefined, "c.d": null }));
    expect(trees).toMatchObject([
      { path: [], value: { field: { name: "a" }, operation: eq("1") } },
      { path: ["c"], value: { field: { name: "d" }, operation: eq("null") } },
    ]);
  });
});

describe("text search", () => {
  test.each([
    [undefined, "fts"],
    ["plain", "plfts"],
    ["phrase", "phfts"],
    ["websearch", "wfts"],
  ] as const)("type %s", async (type, operator) => {
    const words = "fat & (cat | rat)";
    expect(await operationOf((query) => query.textSearch("doc", words, { type, config: "english" }))).toEqual(
      { kind: "textSearch", operator, language: "english", value: words },
    );
    expect(await operationOf((query) => query.textSearch("doc", words, { type }))).toEqual({
      kind: "textSearch",
      operator,
      value: words,
    });
  });
});
