import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Door, openDoor } from "./door.ts";
import { WORKSHOP } from "./workshop.ts";

let door: Door;

beforeAll(async () => {
  door = await openDoor(WORKSHOP, { schemas: ["app"], transactionEnd: "rollback" });
});

afterAll(() => door.close());

/** The ids of the items, the status and the range. */
async function page(
  query: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<[ids: string, status: number, range: string | null]> {
  const answer = await door.ask(`/items?${query}`, { headers });
  const ids = answer.status < 300 ? (answer.json as { id: number }[]).map(({ id }) => id).join() : "";
  return [ids, answer.status, answer.headers.get("content-range")];
}

describe("limit, offset and Range", () => {
  test.each<[query: string, range: string | undefined, result: readonly [string, string]]>([
    ["id=lt.4", undefined, ["1,2,3", "0-2/*"]],
    ["limit=3", undefined, ["1,2,3", "0-2/*"]],
    ["limit=3&offset=2", undefined, ["3,4,5", "2-4/*"]],
    ["offset=13", undefined, ["14,15", "13-14/*"]],
    ["offset=0&id=lt.3", undefined, ["1,2", "0-1/*"]],
    ["offset=-4&id=lt.3", undefined, ["1,2", "0-1/*"]],
    ["limit=0", undefined, ["", "*/*"]],
    ["limit=0", "0-3", ["", "*/*"]],
    ["limit=%203%20", undefined, ["1,2,3", "0-2/*"]],
    ["limit=x&id=lt.3", undefined, ["1,2", "0-1/*"]],
    ["limit=&id=lt.3", undefined, ["1,2", "0-1/*"]],
    ["limit=2&limit=1", undefined, ["1", "0-0/*"]],
    ["", "0-1", ["1,2", "0-1/*"]],
    ["", "0-0", ["1", "0-0/*"]],
    ["", "13-", ["14,15", "13-14/*"]],
    ["", "10-100", ["11,12,13,14,15", "10-14/*"]],
    ["limit=3", "0-1", ["1,2", "0-1/*"]],
    ["limit=3", "1-9", ["2,3", "1-2/*"]],
    ["offset=1&limit=3", "2-9", ["3,4", "2-3/*"]],
    ["id=lt.3", "items=0-0", ["1,2", "0-1/*"]],
    ["id=lt.3", "bytes=0-0", ["1,2", "0-1/*"]],
    ["id=lt.3", "x", ["1,2", "0-1/*"]],
    ["id=lt.3&limit=99999999999", undefined, ["1,2", "0-1/*"]],
  ])("?%s with Range %s", async (query, range, [ids, contentRange]) => {
    const asked = range === undefined ? {} : { Range: range, "Range-Unit": "items" };
    expect(await page(`order=id&${query}`, asked)).toEqual([ids, 200, contentRange]);
  });

  test.each<[query: string, range: string | undefined, details: string]>([
    ["limit=-1", undefined, "Limit should be greater than or equal to zero."],
    ["limit=0&offset=5", undefined, "Limit should be greater than or equal to zero."],
    ["limit=x&offset=2", undefined, "Limit should be greater than or equal to zero."],
    ["limit=3", "5-9", "Limit should be greater than or equal to zero."],
    ["", "1-0", "The lower boundary must be lower than or equal to the upper boundary in the Range header."],
    [
      "limit=3",
      "9-5",
      "The lower boundary must be lower than or equal to the upper boundary in the Range header.",
    ],
  ])("?%s with Range %s is no range", async (query, range, details) => {
    const { status, json } = await door.ask(
      `/items?${query}`,
      range === undefined ? {} : { headers: { Range: range } },
    );
    expect({ status, json }).toEqual({
      status: 416,
      json: { code: "PGRST103", message: "Requested range not satisfiable", details, hint: null },
    });
  });

  test("Range counts for GET alone", async () => {
    const head = await door.ask("/items", { method: "HEAD", headers: { Range: "5-2" } });
    expect([head.status, head.headers.get("content-range")]).toEqual([200, "0-14/*"]);
    const removed = await door.ask("/items?id=lt.3", {
      method: "DELETE",
      headers: { Range: "5-2", Prefer: "return=representation" },
    });
    expect(removed.status).toBe(200);
  });

  test("limits of embeds, at any level", async () => {
    const { json } = await door.ask(
      "/brands?select=id,bikes(id,fittings(sku))&order=id&limit=1&bikes.order=id&bikes.limit=1&bikes.fittings.order=sku.desc&bikes.fittings.limit=1",
    );
    expect(json).toEqual([{ id: 1, bikes: [{ id: 1, fittings: [{ sku: "lamp" }] }] }]);
    expect(
      (await door.ask("/brands?select=id,bikes(id)&id=eq.1&bikes.order=id&bikes.offset=1")).json,
    ).toEqual([{ id: 1, bikes: [{ id: 2 }] }]);
  });
});

describe("counts", () => {
  const exact = { Prefer: "count=exact" };

  test("say how many there are, and whether the page has them all", async () => {
    expect(await page("order=id&limit=2", exact)).toEqual(["1,2", 206, "0-1/15"]);
    expect(await page("order=id&id=lt.3", exact)).toEqual(["1,2", 200, "0-1/2"]);
    expect(await page("id=gt.99", exact)).toEqual(["", 200, "*/0"]);
    expect(await page("limit=0", exact)).toEqual(["", 206, "*/15"]);
    expect(await page("offset=15", exact)).toEqual(["", 206, "*/15"]);
  });

  test("an offset past the end is refused where the end is known", async () => {
    const { status, json, headers } = await door.ask("/items?offset=100", { headers: exact });
    expect({ status, json }).toEqual({
      status: 416,
      json: {
        code: "PGRST103",
        message: "Requested range not satisfiable",
        details: "An offset of 100 was requested, but there are only 15 rows.",
        hint: null,
      },
    });
    expect(headers.get("content-range")).toBe("*/15");
    expect(await page("offset=100")).toEqual(["", 200, "*/*"]);
  });

  test("planned is the planner's", async () => {
    await door.db.query({ text: "analyze app.items" });
    const { headers, status } = await door.ask("/items?limit=2&offset=3&order=id", {
      headers: { Prefer: "count=planned" },
    });
    expect([status, headers.get("content-range")]).toEqual([206, "3-4/15"]);
  });

  test("a write counts what it changed, exactly or not at all", async () => {
    const asked = (count: string): { method: string; headers: Record<string, string> } => ({
      method: "DELETE",
      headers: { Prefer: `count=${count}` },
    });
    expect((await door.ask("/items?id=lt.4", asked("exact"))).headers.get("content-range")).toBe("*/3");
    expect((await door.ask("/items?id=lt.4", asked("estimated"))).headers.get("content-range")).toBe("*/3");
    expect((await door.ask("/items?id=lt.4", asked("planned"))).headers.get("content-range")).toBe("*/*");
  });
});

describe("maxRows", () => {
  test("bounds reads and calls at every level, and no write", async () => {
    const bounded = door.serving({ schemas: ["app"], transactionEnd: "rollback", maxRows: 2 });
    const get = (path: string, headers = {}): ReturnType<Door["ask"]> => bounded.ask(path, { headers });
    expect((await get("/items?order=id")).json).toEqual([{ id: 1 }, { id: 2 }]);
    expect((await get("/items?order=id&limit=1")).json).toEqual([{ id: 1 }]);
    expect((await get("/items?order=id&limit=9&offset=4")).json).toEqual([{ id: 5 }, { id: 6 }]);
    expect((await get("/items?order=id", { Range: "3-9" })).json).toEqual([{ id: 4 }, { id: 5 }]);
    expect((await get("/items?limit=0")).json).toEqual([]);
    expect((await get("/items", { Prefer: "count=exact" })).headers.get("content-range")).toBe("0-1/15");
    expect((await get("/rpc/item_range?min=0&max=9&order=id")).json).toEqual([{ id: 1 }, { id: 2 }]);
    expect((await get("/fittings?select=sku,bikes(id)&order=bike_id,sku")).json).toEqual([
      { sku: "chain", bikes: { id: 1 } },
      { sku: "lamp", bikes: { id: 1 } },
    ]);
    const embedded = await get("/brands?select=id,bikes(id)&bikes.order=id&order=id&id=eq.1");
    expect(embedded.json).toEqual([{ id: 1, bikes: [{ id: 1 }, { id: 2 }] }]);
    const written = await bounded.ask("/items?order=id", {
      method: "DELETE",
      headers: { Prefer: "return=representation" },
    });
    expect(written.json).toHaveLength(15);
  });

  test("bounds what an estimated count counts", async () => {
    await door.db.query({ text: "analyze app.items" });
    const bounded = door.serving({ schemas: ["app"], maxRows: 2 });
    const estimated = { method: "HEAD", headers: { Prefer: "count=estimated" } };
    expect((await bounded.ask("/items?id=lt.3", estimated)).headers.get("content-range")).toBe("0-1/2");
    expect((await bounded.ask("/items", estimated)).headers.get("content-range")).toBe("0-1/15");
  });
});
