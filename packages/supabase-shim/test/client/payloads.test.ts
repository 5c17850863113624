import { describe, expect, test } from "vitest";

import type { Action } from "../../src/request/index.ts";
import type { PostgrestClient } from "../../src/client/postgrest-client.ts";
import { requestOf } from "./recording-run.ts";

async function actionOf(chain: (client: PostgrestClient) => PromiseLike<unknown>): Promise<Action> {
  return (await requestOf(chain)).action;
}

describe("insert", () => {
  test("one row: its keys, without those that are undefined, and no columns", async () => {
    expect(await actionOf((client) => client.from("t").insert({ a: 1, b: undefined, c: null }))).toEqual({
      kind: "insert",
      relation: "t",
      payload: {
        kind: "json",
        text: '{"a":1,"c":null}',
        shape: "object",
        keys: ["a", "c"],
        scalars: ["1", null],
      },
    });
  });

  test("many rows: columns of all, also of those that are undefined", async () => {
    const rows = [
      { b: 1, a: undefined },
      { c: 2, b: 3 },
    ];
    expect(await actionOf((client) => client.from("t").insert(rows))).toEqual({
      kind: "insert",
      relation: "t",
      payload: { kind: "json", text: '[{"b":1},{"c":2,"b":3}]', shape: "array", keys: ["b", "c"] },
      columns: ["b", "a", "c"],
    });
  });

  test("no rows, and rows without keys, name no columns", async () => {
    for (const rows of [[], [{}, {}]]) {
      expect(await actionOf((client) => client.from("t").insert(rows))).toEqual({
        kind: "insert",
        relation: "t",
        payload: { kind: "json", text: JSON.stringify(rows), shape: "array", keys: [] },
      });
    }
  });

  test("names keep every character", async () => {
    const row = { 'quo"ted': 1, "a,b": 2, "back\\slash": 3, ["naïve ✓"]: 4 };
    expect(await actionOf((client) => client.from("t").insert([row]))).toMatchObject({
      columns: Object.keys(row),
      payload: { keys: Object.keys(row) },
    });
  });

  test("values: bigint as text, Dates as ISO, JSON as JSON", async () => {
    const row = { n: 9007199254740993n, at: new Date(0), data: { list: [1n, undefined, "x'); --"] } };
    expect(await actionOf((client) => client.from("t").insert(row))).toMatchObject({
      payload: {
        text: '{"n":"9007199254740993","at":"1970-01-01T00:00:00.000Z","data":{"list":["1",null,"x\'); --"]}}',
        keys: ["n", "at", "data"],
      },
    });
  });

  test("a row that says how it is written is written so", async () => {
    class Row {
      readonly secret = "x";
      toJSON(): object {
        return { a: 1 };
      }
    }
    expect(await actionOf((client) => client.from("t").insert(new Row()))).toMatchObject({
      payload: { text: '{"a":1}', keys: ["a"] },
    });
  });

  test("rows that change afterwards do not change the request", async () => {
    const row = { a: 1 };
    const action = await actionOf((client) => {
      const query = client.from("t").insert([row]);
      row.a = 2;
      return query;
    });
    expect(action).toMatchObject({ payload: { text: '[{"a":1}]' } });
  });

  const inherits: object = Object.create({ a: 1 }, { b: { value: 2, enumerable: true } }) as object;
  const bare: object = Object.assign(Object.create(null) as object, { a: 1, b: 2 });
  class Shown {
    readonly a = 1;
    readonly b = 2;
    toJSON(): object {
      return { c: 3 };
    }
  }
  test.each<[string, readonly object[]]>([
    ["alike", [{ a: 3, b: 4 }]],
    ["without a value", [{ a: 3, b: undefined }]],
    ["with a function", [{ a: 3, b: () => 4 }]],
    ["in another order", [{ b: 4, a: 3 }]],
    ["with fewer keys", [{ a: 3 }]],
    ["with more keys", [{ a: 3, b: 4, c: 5 }]],
    ["with an inherited key", [inherits]],
    ["without a prototype", [bare]],
    ["that says how it is written", [new Shown()]],
  ])("a row %s, among many: keys are those of the JSON, columns those of the objects", async (_, odd) => {
    const alike = { a: 1, b: 2 };
    for (const rows of [
      [alike, ...odd, alike],
      [...odd, alike],
    ]) {
      const text = JSON.stringify(rows);
      const written = JSON.parse(text) as object[];
      expect(await actionOf((client) => client.from("t").insert(rows))).toMatchObject({
        payload: { text, keys: [...new Set(written.flatMap((row) => Object.keys(row)))] },
        columns: [...new Set(rows.flatMap((row) => Object.keys(row)))],
      });
    }
  });

  test("100,000 rows are one text", async () => {
    const rows = Array.from({ length: 100_000 }, (_, id) => ({ id }));
    expect(await actionOf((client) => client.from("t").insert(rows))).toMatchObject({
      payload: { text: JSON.stringify(rows), keys: ["id"] },
      columns: ["id"],
    });
  });
});

describe("upsert", () => {
  test("merges by default, and can leave what is there", async () => {
    const merged = await requestOf((client) => client.from("t").upsert({ id: 1 }));
    expect(merged.preferences).toEqual({ resolution: "merge-duplicates", return: "minimal" });
    const ignored = await requestOf((client) =>
      client.from("t").upsert({ id: 1 }, { ignoreDuplicates: true, defaultToNull: false }),
    );
    expect(ignored.preferences).toEqual({
      resolution: "ignore-duplicates",
      missing: "default",
      return: "minimal",
    });
  });

  test("the conflict's columns are names, with or without quotes and spaces", async () => {
    const action = await actionOf((client) =>
      client.from("t").upsert([{ id: 1 }], { onConflict: 'user_id, "with space"' }),
    );
    expect(action).toMatchObject({ onConflict: ["user_id", "with space"], columns: ["id"] });
  });
});

describe("rpc", () => {
  test("arguments are one JSON payload", async () => {
    expect(await actionOf((client) => client.rpc("f", { a: [1, 2], b: undefined, c: { d: 1n } }))).toEqual({
      kind: "call",
      routine: "f",
      payload: { kind: "json", text: '{"a":[1,2],"c":{"d":"1"}}', shape: "object", keys: ["a", "c"] },
      method: "post",
    });
  });

  test("a list is the argument of a function with one unnamed parameter", async () => {
    expect(await actionOf((client) => client.rpc("f", [{ a: 1 }]))).toMatchObject({
      payload: { text: '[{"a":1}]', shape: "array", keys: ["a"] },
    });
  });

  test.each([
    [{ get: true }, "get"],
    [{ head: true }, "head"],
  ] as const)("with %j arguments are given one by one", async (options, method) => {
    const args = {
      text: "a,b&c=d",
      number: 1.5,
      big: 9007199254740993n,
      nothing: null,
      left: undefined,
      list: ["a,b", 'q"', "back\\slash", null, undefined, 1, true, "NULL", ""],
      nested: [[1, 2], [3]],
    };
    expect(await actionOf((client) => client.rpc("f", args, options))).toEqual({
      kind: "call",
      routine: "f",
      method,
      payload: {
        kind: "named",
        pairs: [
          ["text", "a,b&c=d"],
          ["number", "1.5"],
          ["big", "9007199254740993"],
          ["nothing", "null"],
          ["list", String.raw`{"a,b","q\"","back\\slash",NULL,NULL,1,true,"NULL",""}`],
          ["nested", "{{1,2},{3}}"],
        ],
      },
    });
  });

  test("a get gives an object as JSON and a Date as ISO", async () => {
    const args = { data: { a: 1 }, at: new Date(0) };
    expect(await actionOf((client) => client.rpc("f", args, { get: true }))).toMatchObject({
      payload: {
        pairs: [
          ["data", '{"a":1}'],
          ["at", "1970-01-01T00:00:00.000Z"],
        ],
      },
    });
  });

  test("a head with an object is a post that asks for nothing back", async () => {
    const request = await requestOf((client) =>
      client.rpc("f", { data: { a: 1 } }, { head: true, count: "exact" }),
    );
    expect(request.action).toMatchObject({ method: "post", payload: { kind: "json" } });
    expect(request.preferences).toEqual({ count: "exact", return: "minimal" });
  });
});
