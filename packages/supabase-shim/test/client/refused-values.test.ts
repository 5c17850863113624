import { describe, expect, test } from "vitest";

import type { PostgrestClient } from "../../src/client/postgrest-client.ts";
import { callOf, errorOf, recordingClient, requestOf } from "./recording-run.ts";

type Chain = (client: PostgrestClient) => PromiseLike<unknown>;

/** Calls as untyped JavaScript makes them. */
const anything = (value: unknown): never => value as never;

describe("undefined is refused, and never sent as a text", () => {
  test.each<[string, Chain]>([
    ["eq", (client) => client.from("t").select().eq("email", undefined)],
    ["neq", (client) => client.from("t").select().neq("email", undefined)],
    ["gt", (client) => client.from("t").select().gt("email", undefined)],
    ["gte", (client) => client.from("t").select().gte("email", undefined)],
    ["lt", (client) => client.from("t").select().lt("email", undefined)],
    ["lte", (client) => client.from("t").select().lte("email", undefined)],
    ["like", (client) => client.from("t").select().like("email", anything(undefined))],
    ["ilike", (client) => client.from("t").select().ilike("email", anything(undefined))],
    [
      "likeAnyOf",
      (client) =>
        client
          .from("t")
          .select()
          .likeAnyOf("email", anything([undefined])),
    ],
    ["regexMatch", (client) => client.from("t").select().regexMatch("email", anything(undefined))],
    ["is", (client) => client.from("t").select().is("email", anything(undefined))],
    ["isDistinct", (client) => client.from("t").select().isDistinct("email", undefined)],
    ["in", (client) => client.from("t").select().in("email", ["a", undefined])],
    ["notIn", (client) => client.from("t").select().notIn("email", [undefined])],
    ["contains", (client) => client.from("t").select().contains("email", anything(undefined))],
    ["contains", (client) => client.from("t").select().contains("email", ["a", undefined])],
    ["containedBy", (client) => client.from("t").select().containedBy("email", [undefined])],
    ["overlaps", (client) => client.from("t").select().overlaps("email", anything(undefined))],
    ["rangeGt", (client) => client.from("t").select().rangeGt("email", anything(undefined))],
    ["textSearch", (client) => client.from("t").select().textSearch("email", anything(undefined))],
    ["not", (client) => client.from("t").select().not("email", "eq", undefined)],
    ["not", (client) => client.from("t").select().not("email", "in", [undefined])],
    ["filter", (client) => client.from("t").select().filter("email", "eq", undefined)],
  ])("%s", async (method, chain) => {
    expect(await errorOf(chain)).toMatchObject({
      kind: "invalidValue",
      message: `${method}("email") was given undefined, which cannot be sent to the database.`,
    });
  });
});

describe("values without a text are refused", () => {
  const cycle: Record<string, unknown> = { secret: "4711" };
  cycle.self = cycle;

  test.each<[string, unknown, string]>([
    ["a function", () => "4711", "a function"],
    ["a symbol", Symbol("4711"), "a symbol"],
    ["a promise that was not awaited", Promise.resolve("4711"), "a promise"],
    ["a Map", new Map([["4711", 1]]), "an object of type Map"],
    ["an invalid Date", new Date(Number.NaN), "an invalid Date"],
    ["an object with a cycle", cycle, "an object of type Object"],
    [
      "an object whose text fails",
      {
        toString() {
          throw new Error("4711");
        },
      },
      "an object of type Object",
    ],
  ])("%s", async (_name, value, kind) => {
    const error = await errorOf((client) => client.from("t").select().eq("c", value));
    expect(error).toMatchObject({
      kind: "invalidValue",
      message: `eq("c") was given ${kind}, which cannot be sent to the database.`,
    });
    expect(JSON.stringify(error)).not.toContain("4711");
  });

  test.each(["in", "notIn", "likeAnyOf"] as const)("%s takes a list", async (method) => {
    for (const value of ["abc", undefined, null, 7, { a: 1 }]) {
      expect(
        await errorOf((client) => client.from("t").select()[method]("c", anything(value))),
      ).toMatchObject({ kind: "invalidValue", message: `${method}("c") takes a list of values.` });
    }
  });
});

describe("names are texts", () => {
  test.each<[string, Chain]>([
    ["eq", (client) => client.from("t").select().eq(anything(undefined), anything(1))],
    ["select", (client) => client.from("t").select(anything(7))],
    ["select of a list", (client) => client.from("t").select(anything(["id", undefined]))],
    ["order", (client) => client.from("t").select().order(anything(7))],
    ["or", (client) => client.from("t").select().or(anything(undefined))],
    [
      "referencedTable",
      (client) =>
        client
          .from("t")
          .select()
          .limit(1, { referencedTable: anything(7) }),
    ],
  ])("%s", async (_name, chain) => {
    expect(await errorOf(chain)).toMatchObject({ kind: "invalidValue" });
  });
});

test.each([
  ["a number", 4711],
  ["a symbol", Symbol("4711")],
  [
    "an object that fails",
    {
      toJSON: () => {
        throw new Error("4711");
      },
    },
  ],
])("%s names no function and no schema, and is not repeated", async (_name, value) => {
  await expect(callOf((client) => client.rpc(anything(value)))).rejects.toThrow(
    "Invalid function name: fn must be a string.",
  );
  await expect(callOf((client) => client.schema(anything(value)).from("t").select())).rejects.toThrow(
    "Invalid schema name: schema must be a string.",
  );
});

describe("operators are texts, and are not repeated", () => {
  test.each<[string, unknown, string]>([
    ["a function", () => "4711", "function"],
    ["a symbol", Symbol("4711"), "symbol"],
    ["nothing", undefined, "undefined"],
    ["a number", 4711, "number"],
  ])("%s", async (_name, operator, kind) => {
    for (const method of ["filter", "not"] as const) {
      const error = await errorOf((client) =>
        client.from("t").select()[method]("c", anything(operator), anything(1)),
      );
      expect(error).toMatchObject({
        kind: "invalidValue",
        message: `${method}("c") takes its operator as a text, but was given a ${kind}.`,
      });
      expect(JSON.stringify(error)).not.toContain("4711");
    }
  });
});

describe("match takes an object of columns", () => {
  test.each([undefined, null, "text", 7, Symbol("s")])("not %s", async (value) => {
    expect(await errorOf((client) => client.from("t").select().match(anything(value)))).toMatchObject({
      kind: "invalidValue",
      message: expect.stringContaining("match() takes an object of columns and values"),
    });
  });
});

test("what a getter or a text of the caller's throws is not shown, and what has no end is refused", async () => {
  const failing = {
    get c(): string {
      throw new Error("4711");
    },
  };
  const bottomless: unknown[] = ["4711"];
  bottomless.push(bottomless);
  const list: Iterable<string> = {
    [Symbol.iterator]: () => {
      throw new Error("4711");
    },
  };
  for (const chain of [
    (client) => client.from("t").select().match(failing),
    (client) => client.from("t").select().in("c", anything(list)),
    (client) =>
      client
        .from("t")
        .select()
        .or([
          anything({
            column: "c",
            operator: "eq",
            get value() {
              throw new Error("4711");
            },
          }),
        ]),
    (client) => client.from("t").insert(failing),
    (client) => client.rpc("f", failing),
    (client) => client.rpc("f", failing, { get: true }),
    (client) => client.rpc("f", failing, { head: true }),
    (client) => client.rpc("f", { a: bottomless }, { get: true }),
    (client) => client.rpc("f", { a: bottomless }),
    (client) => client.from("t").select().contains("c", bottomless),
    (client) => client.from("t").insert({ c: bottomless }),
  ] satisfies Chain[]) {
    const error = await errorOf(chain);
    expect(error).toMatchObject({ kind: "invalidValue" });
    expect(JSON.stringify(error)).not.toContain("4711");
  }
});

describe("options are objects", () => {
  const given: [string, unknown][] = [
    ["null", null],
    ["a text", "exact"],
    ["true", true],
    ["a function", () => "4711"],
    ["a list", ["exact"]],
  ];
  test.each(given)("not %s", async (_name, value) => {
    const options = anything(value);
    const chains: Record<string, Chain> = {
      select: (client) => client.from("t").select("*", options),
      insert: (client) => client.from("t").insert({}, options),
      upsert: (client) => client.from("t").upsert({}, options),
      update: (client) => client.from("t").update({}, options),
      delete: (client) => client.from("t").delete(options),
      rpc: (client) => client.rpc("f", {}, options),
      order: (client) => client.from("t").select().order("c", options),
      limit: (client) => client.from("t").select().limit(1, options),
      range: (client) => client.from("t").select().range(0, 1, options),
      or: (client) => client.from("t").select().or("a.eq.1", options),
      textSearch: (client) => client.from("t").select().textSearch("c", "word", options),
      explain: (client) => client.from("t").select().explain(options),
    };
    for (const [method, chain] of Object.entries(chains)) {
      expect(await errorOf(chain)).toMatchObject({
        kind: "invalidValue",
        message: expect.stringMatching(new RegExp(`^${method}\\(\\) takes its options as an object`)),
      });
    }
    await expect(callOf((client) => client.from("t", options).select())).rejects.toThrow(
      "from() takes its options as an object",
    );
  });

  test("undefined is none", async () => {
    const request = await requestOf((client) =>
      client.from("t").select("*", undefined).order("c", undefined).limit(1, undefined),
    );
    expect(request.ranges).toHaveLength(1);
  });
});

describe("what options hold is checked", () => {
  const symbol = Symbol("4711");

  test.each<[string, Chain]>([
    ["count", (client) => client.from("t").select("*", anything({ count: symbol }))],
    ["count", (client) => client.from("t").insert({}, anything({ count: true }))],
    ["count", (client) => client.rpc("f", {}, anything({ count: 4711 }))],
    ["onConflict", (client) => client.from("t").upsert({}, anything({ onConflict: symbol }))],
    ["onConflict", (client) => client.from("t").upsert({}, anything({ onConflict: ["id", 4711] }))],
    ["by", (client) => client.from("t").update([{ id: 1 }], anything({ by: symbol }))],
    ["by", (client) => client.from("t").update([{ id: 1 }], anything({ by: [4711] }))],
  ])("%s", async (option, chain) => {
    const error = await errorOf(chain);
    expect(error).toMatchObject({
      kind: "invalidValue",
      message: expect.stringContaining(`The option ${option} takes`),
    });
    expect(JSON.stringify(error)).not.toContain("4711");
  });

  test("a count that PostgREST does not know is left to it, as in supabase-js", async () => {
    const { preferences } = await requestOf((client) => client.from("t").select("*", { count: "all" }));
    expect(preferences).toMatchObject({ invalid: ["count=all"] });
  });

  test.each([Symbol("4711"), "100", Number.NaN, Number.POSITIVE_INFINITY, -1, 2 ** 31])(
    "a statement timeout is a number of milliseconds, and not %s",
    async (value) => {
      const error = await errorOf((client) => client.from("t").select().statementTimeout(anything(value)));
      expect(error).toMatchObject({
        kind: "invalidValue",
        message: expect.stringContaining("statementTimeout() takes milliseconds"),
      });
    },
  );
});

test.each([
  [["4711 4711", "text"], "the name"],
  [[Symbol("4711"), "text"], "the name"],
  [["X-Note", "4711\n4711"], "the value of X-Note"],
])("a header that HTTP does not allow is refused without showing it: %#", ([name, value], which) => {
  const { client } = recordingClient();
  expect(() => client.from("t").select().setHeader(anything(name), anything(value))).toThrow(
    new TypeError(`A header cannot be set: HTTP does not allow ${which}.`),
  );
});

describe("bounds are whole numbers", () => {
  test.each([Number.NaN, Number.POSITIVE_INFINITY, 1.5, undefined, null, "ten", "1; drop table t"])(
    "%s",
    async (value) => {
      for (const chain of [
        (client) => client.from("t").select().limit(anything(value)),
        (client) => client.from("t").select().range(0, anything(value)),
        (client) => client.from("t").select().range(anything(value), 9),
        (client) => client.from("t").delete().maxAffected(anything(value)),
      ] satisfies Chain[]) {
        expect(await errorOf(chain)).toMatchObject({ kind: "invalidValue" });
      }
    },
  );

  test("digits from a query string count as a number", async () => {
    const request = await requestOf((client) =>
      client.from("t").select().range(anything("10"), anything("19")),
    );
    expect(request.ranges).toEqual([{ path: [], value: { offset: 10, limit: 10 } }]);
  });
});

describe("ranges that PostgREST refuses", () => {
  test.each<[string, Chain]>([
    ["a negative limit", (client) => client.from("t").select().limit(-1)],
    ["an inverted range", (client) => client.from("t").select().range(5, 2)],
    ["an empty range after the first row", (client) => client.from("t").select().range(2, 1)],
  ])("%s", async (_name, chain) => {
    expect(await errorOf(chain)).toEqual({ kind: "invalidRange", reason: "negativeLimit" });
  });

  test.each<[string, Chain]>([
    ["no row at all", (client) => client.from("t").select().limit(0)],
    ["no row before the first", (client) => client.from("t").select().range(0, -1)],
    ["a limit that a later one replaced", (client) => client.from("t").select().limit(-1).limit(1)],
    [
      "a range inside an embed, which the database judges",
      (client) => client.from("t").select().range(2, 1, { referencedTable: "x" }),
    ],
  ])("%s is allowed", async (_name, chain) => {
    expect(await requestOf(chain)).toMatchObject({ ranges: [{}] });
  });
});

describe("payloads", () => {
  const cycle: Record<string, unknown> = { secret: "4711" };
  cycle.self = cycle;

  test.each([undefined, null, 5, "text", true, new Date(0)])("insert(%s) is no row", async (value) => {
    for (const method of ["insert", "upsert", "update"] as const) {
      expect(await errorOf((client) => client.from("t")[method](value))).toEqual({
        kind: "invalidBody",
        message: "Empty or invalid json",
      });
    }
  });

  test.each([[[1]], [[null]], [[{ a: 1 }, undefined]], [[["a"]]], [[{ a: 1 }, "x"]]])(
    "%j is no list of rows",
    async (rows) => {
      expect(await errorOf((client) => client.from("t").insert(rows))).toEqual({
        kind: "invalidBody",
        message: "All object keys must match",
      });
    },
  );

  test("an update with uneven rows is refused as PostgREST does without columns", async () => {
    expect(await errorOf((client) => client.from("t").update([{ a: 1 }, { b: 1 }]))).toEqual({
      kind: "invalidBody",
      message: "All object keys must match",
    });
  });

  test("what cannot be JSON is refused without showing it", async () => {
    for (const chain of [
      (client) => client.from("t").insert(cycle),
      (client) => client.from("t").update({ a: [cycle] }),
      (client) => client.rpc("f", cycle),
    ] satisfies Chain[]) {
      const error = await errorOf(chain);
      expect(error).toMatchObject({ kind: "invalidValue" });
      expect(JSON.stringify(error)).not.toContain("4711");
    }
  });
});

test("the first mistake of a chain is the one that is told", async () => {
  const error = await errorOf((client) => client.from("t").select("id,").eq("c", undefined).limit(-1));
  expect(error).toMatchObject({ kind: "syntax" });
});
