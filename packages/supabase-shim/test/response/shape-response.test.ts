import { describe, expect, test } from "vitest";
import type { PostgrestClient } from "../../src/client/index.ts";
import type { ResultSet } from "../../src/execute/index.ts";
import { type ApiResponse, shapeResponse, toClientResult } from "../../src/response/index.ts";
import type { Answered } from "../../src/response/shape-response.ts";
import { requestOf } from "../client/recording-run.ts";

type Chain = (db: PostgrestClient) => PromiseLike<unknown>;
type Parts = Partial<ResultSet> & Partial<Pick<Answered, "merges" | "isVoid">>;

/** The answer of a chain whose statement answered with these parts. */
async function answered(
  chain: Chain,
  { merges = false, isVoid = false, ...result }: Parts,
): Promise<ApiResponse> {
  const request = await requestOf(chain);
  return shapeResponse({
    request,
    result: { pageTotal: 0, body: null, ...result },
    media: request.media,
    integers: undefined,
    bytes: false,
    merges,
    hasKey: true,
    isVoid,
  });
}

async function statusOf(chain: Chain, parts: Parts): Promise<number> {
  const response = await answered(chain, parts);
  return response.ok ? response.status : response.error.status;
}

const read: Chain = (db) => db.from("t").select();
const counted: Chain = (db) => db.from("t").select("*", { count: "exact" });

describe("statuses", () => {
  test.for<[name: string, chain: Chain, parts: Parts, status: number]>([
    ["a read", read, { pageTotal: 2 }, 200],
    ["a read of no rows", read, {}, 200],
    ["all of the counted rows", counted, { pageTotal: 2, total: 2 }, 200],
    ["part of the counted rows", counted, { pageTotal: 1, total: 2 }, 206],
    [
      "a page past the last row",
      (db) => db.from("t").select("*", { count: "exact" }).range(3, 4),
      { total: 2 },
      416,
    ],
    [
      "a page just past the last row",
      (db) => db.from("t").select("*", { count: "exact" }).range(2, 4),
      { total: 2 },
      206,
    ],
    ["an insert", (db) => db.from("t").insert({ a: 1 }), { pageTotal: 1 }, 201],
    ["an insert that is shown", (db) => db.from("t").insert({ a: 1 }).select(), { pageTotal: 1 }, 201],
    [
      "a merge of a new row",
      (db) => db.from("t").upsert({ a: 1 }),
      { pageTotal: 1, inserted: 1, merges: true },
      201,
    ],
    [
      "a merge of no new row",
      (db) => db.from("t").upsert({ a: 1 }),
      { pageTotal: 1, inserted: 0, merges: true },
      200,
    ],
    ["duplicates ignored", (db) => db.from("t").upsert({ a: 1 }, { ignoreDuplicates: true }), {}, 201],
    ["an update", (db) => db.from("t").update({ a: 1 }), { pageTotal: 1 }, 204],
    ["an update that is shown", (db) => db.from("t").update({ a: 1 }).select(), { pageTotal: 1 }, 200],
    ["an update of no row", (db) => db.from("t").update({ a: 1 }).select(), {}, 200],
    ["a delete", (db) => db.from("t").delete(), { pageTotal: 1 }, 204],
    ["a delete that is shown", (db) => db.from("t").delete().select(), { pageTotal: 1 }, 200],
    ["a function", (db) => db.rpc("f"), { pageTotal: 1, body: "1" }, 200],
    ["a function that returns nothing", (db) => db.rpc("f"), { pageTotal: 1, isVoid: true }, 204],
    ["what the database set", read, { responseStatus: "418" }, 418],
  ])("%s", async ([, chain, parts, status]) => {
    expect(await statusOf(chain, parts)).toBe(status);
  });

  test("a status that is no number is the database's mistake, and said", async () => {
    expect(await answered(read, { responseStatus: "teapot" })).toMatchObject({
      ok: false,
      error: { status: 500, code: "PGRST112" },
    });
  });
});

describe("ranges", () => {
  const range = async (chain: Chain, parts: Parts): Promise<unknown> => {
    const response = await answered(chain, parts);
    return response.ok
      ? [response.range.first, response.range.last, response.range.total]
      : response.error.code;
  };

  test.for<[name: string, chain: Chain, parts: Parts, expected: unknown]>([
    ["from the first row", read, { pageTotal: 3 }, [0, 2, null]],
    ["no rows", read, {}, [0, -1, null]],
    ["a page", (db) => db.from("t").select().range(10, 19), { pageTotal: 4 }, [10, 13, null]],
    [
      "a counted page",
      (db) => db.from("t").select("*", { count: "exact" }).range(1, 2),
      { pageTotal: 2, total: 9 },
      [1, 2, 9],
    ],
    [
      "the page of an embed is none of the answer's",
      (db) => db.from("t").select("u()").range(5, 9, { referencedTable: "u" }),
      { pageTotal: 1 },
      [0, 0, null],
    ],
    [
      "a change counts what it affected",
      (db) => db.from("t").delete({ count: "exact" }),
      { pageTotal: 3 },
      [0, 2, 3],
    ],
  ])("%s", async ([, chain, parts, expected]) => {
    expect(await range(chain, parts)).toEqual(expected);
  });

  test("PGRST103 tells the offset and the total", async () => {
    const response = await answered((db) => db.from("t").select("*", { count: "exact" }).range(7, 9), {
      total: 3,
    });
    expect(response).toMatchObject({
      ok: false,
      error: { code: "PGRST103", details: "An offset of 7 was requested, but there are only 3 rows." },
    });
  });
});

describe("the client's result", () => {
  const result = async (chain: Chain, parts: Parts): Promise<unknown> =>
    toClientResult(await requestOf(chain), await answered(chain, parts));

  test.for<[name: string, chain: Chain, parts: Parts, data: unknown]>([
    ["rows", read, { body: '[{"a":1.50}]', pageTotal: 1 }, [{ a: 1.5 }]],
    ["head", (db) => db.from("t").select("*", { head: true }), { body: null }, null],
    ["csv is text", (db) => db.from("t").select().csv(), { body: "a\n1" }, "a\n1"],
    ["a plan is text", (db) => db.from("t").select().explain(), { body: "Seq Scan" }, "Seq Scan"],
    [
      "or JSON",
      (db) => db.from("t").select().explain({ format: "json" }),
      { body: '[{"Plan":{}}]' },
      [{ Plan: {} }],
    ],
    ["a change that is not shown", (db) => db.from("t").insert({ a: 1 }), { body: null, pageTotal: 1 }, null],
    ["a value", (db) => db.rpc("f"), { body: '"text"', pageTotal: 1 }, "text"],
    ["null", (db) => db.rpc("f"), { body: "null", pageTotal: 1 }, null],
  ])("%s", async ([, chain, parts, data]) => {
    expect(await result(chain, parts)).toMatchObject({ success: true, error: null, data });
  });

  test("has supabase-js's fields and no others", async () => {
    expect(await result(counted, { body: "[]", total: 0 })).toEqual({
      success: true,
      error: null,
      data: [],
      count: 0,
      status: 200,
      statusText: "OK",
    });
    expect(await result(read, { responseStatus: "x" })).toEqual({
      success: false,
      error: { message: expect.any(String), code: "PGRST112", details: null, hint: null },
      data: null,
      count: null,
      status: 500,
      statusText: "Internal Server Error",
    });
  });
});
