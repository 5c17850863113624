import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Asked, type Door, openDoor } from "./door.ts";
import { WORKSHOP } from "./workshop.ts";

let door: Door;

beforeAll(async () => {
  door = await openDoor(WORKSHOP, { schemas: ["app"], transactionEnd: "rollback" });
});

afterAll(() => door.close());

/** `POST /path` with a body and its `Prefer`. */
// oxlint-disable-next-line max-params -- each test reads as a request does.
function write(method: string, path: string, prefer: string, body?: unknown): ReturnType<Door["ask"]> {
  const asked: Asked = { method, headers: prefer === "" ? {} : { Prefer: prefer } };
  return door.ask(path, body === undefined ? asked : { ...asked, body });
}

function headersOf(answer: Awaited<ReturnType<Door["ask"]>>, ...names: string[]): (string | null)[] {
  return names.map((name) => answer.headers.get(name));
}

describe("POST", () => {
  test("without a preference says 201 and nothing else", async () => {
    const answer = await write("POST", "/brands", "", { id: 9, name: "Cortina" });
    expect([answer.status, answer.text]).toEqual([201, ""]);
    expect(headersOf(answer, "content-type", "content-length", "location", "content-range")).toEqual([
      null,
      "0",
      null,
      "*/*",
    ]);
  });

  test("returns what was asked for, with the related rows", async () => {
    const answer = await write(
      "POST",
      "/bikes?select=id,label:name,brands(name)",
      "return=representation, count=exact",
      [{ id: 9, name: "F3", brand_id: 1 }],
    );
    expect([answer.status, answer.json]).toEqual([201, [{ id: 9, label: "F3", brands: { name: "Koga" } }]]);
    expect(headersOf(answer, "content-type", "location", "content-range", "preference-applied")).toEqual([
      "application/json; charset=utf-8",
      null,
      "*/1",
      "return=representation, count=exact",
    ]);
  });

  test("headers-only says where the row is", async () => {
    const one = await write("POST", "/brands?select=name", "return=headers-only", { id: 9, name: "Cortina" });
    expect([one.status, one.text]).toEqual([201, ""]);
    expect(headersOf(one, "location", "content-type", "preference-applied")).toEqual([
      "/brands?id=eq.9",
      null,
      "return=headers-only",
    ]);
    const two = await write("POST", "/logs", "return=headers-only", { year: 2025, name: "R & B" });
    expect(two.headers.get("location")).toBe("/logs?year=eq.2025&name=eq.R%20%26%20B");
    const many = await write("POST", "/brands", "return=headers-only", [
      { id: 9, name: "a" },
      { id: 10, name: "b" },
    ]);
    expect(many.headers.get("location")).toBeNull();
    const none = await write("POST", "/loose", "return=headers-only", { a: "x" });
    expect([none.status, none.headers.get("location")]).toEqual([201, null]);
  });

  test.each<[why: string, body: unknown]>([
    ["keys that differ", [{ id: 20 }, { id: 21, name: "x" }]],
    ["a row that is none", [{ id: 20, name: "x" }, 4]],
    ["no rows but values", [1, 2]],
    ["nested arrays", [[{ id: 20 }]]],
  ])("refuses %s", async (_why, body) => {
    const { status, json } = await write("POST", "/brands", "", body);
    expect({ status, json }).toEqual({
      status: 400,
      json: { code: "PGRST102", message: "All object keys must match", details: null, hint: null },
    });
  });

  test.each(["}{ x = 2", "", "{", "[1,", "nul"])("refuses %j as JSON", async (body) => {
    const { status, json } = await write("POST", "/brands", "", body);
    expect({ status, json }).toEqual({
      status: 400,
      json: { code: "PGRST102", message: "Empty or invalid json", details: null, hint: null },
    });
  });

  test.each<[body: unknown, rows: unknown]>([
    [{}, [{ hits: 7, label: null }]],
    [
      [{}, {}],
      [
        { hits: 7, label: null },
        { hits: 7, label: null },
      ],
    ],
    [[], []],
    ['"text"', []],
    ["5", []],
    ["null", []],
  ])("takes %j for its rows", async (body, rows) => {
    const answer = await write("POST", "/counters?select=hits,label", "return=representation", body);
    expect([answer.status, answer.json]).toEqual([201, rows]);
  });

  test("columns: other keys are left out, and missing ones are null or default", async () => {
    const body = [
      { id: 50, label: "a", extra: 1 },
      { label: "b", id: 51 },
    ];
    const path = "/counters?columns=id,hits,label&select=id,hits,label&order=id";
    const nulls = await write("POST", path, "return=representation", body);
    expect(nulls.json).toEqual([
      { id: 50, hits: null, label: "a" },
      { id: 51, hits: null, label: "b" },
    ]);
    const defaults = await write("POST", path, "return=representation, missing=default", body);
    expect(defaults.json).toEqual([
      { id: 50, hits: 7, label: "a" },
      { id: 51, hits: 7, label: "b" },
    ]);
    expect(defaults.headers.get("preference-applied")).toBe("missing=default, return=representation");
    const unknown = await write("POST", "/counters?columns=id,nope", "", body);
    expect({ status: unknown.status, json: unknown.json }).toMatchObject({
      status: 400,
      json: {
        code: "PGRST204",
        message: "Could not find the 'nope' column of 'counters' in the schema cache",
      },
    });
    expect((await write("POST", "/counters?columns=,", "", body)).json).toMatchObject({ code: "PGRST100" });
  });

  test("a body that is not looked into is PostgreSQL's to refuse", async () => {
    const { status, json } = await write("POST", "/counters?columns=id", "", "no json");
    expect({ status, json }).toMatchObject({ status: 400, json: { code: "22P02" } });
  });

  test("a form is one row of texts", async () => {
    const answer = await door.ask("/bikes?select=id,name,weight", {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded", Prefer: "return=representation" },
      body: "id=30&name=forms+are+fun&weight=2.5",
    });
    expect([answer.status, answer.json]).toEqual([201, [{ id: 30, name: "forms are fun", weight: 2.5 }]]);
  });

  test("upserts by key and by other unique columns", async () => {
    const mixed = await write(
      "POST",
      "/brands?order=id",
      "return=representation, resolution=merge-duplicates",
      [
        { id: 1, name: "Koga Miyata" },
        { id: 9, name: "Cortina" },
      ],
    );
    expect([mixed.status, mixed.json]).toEqual([
      201,
      [
        { id: 1, name: "Koga Miyata" },
        { id: 9, name: "Cortina" },
      ],
    ]);
    expect(mixed.headers.get("preference-applied")).toBe(
      "resolution=merge-duplicates, return=representation",
    );
    const old = await write("POST", "/brands", "resolution=merge-duplicates", [{ id: 1, name: "K" }]);
    expect([old.status, old.text]).toEqual([200, ""]);
    const none = await write("POST", "/brands", "return=representation, resolution=merge-duplicates", []);
    expect([none.status, none.json]).toEqual([200, []]);
    const ignored = await write("POST", "/brands", "return=representation, resolution=ignore-duplicates", [
      { id: 1, name: "K" },
      { id: 9, name: "Cortina" },
    ]);
    expect([ignored.status, ignored.json]).toEqual([201, [{ id: 9, name: "Cortina" }]]);
    const other = await write(
      "POST",
      "/uniques?on_conflict=id",
      "return=representation, resolution=merge-duplicates",
      [{ id: 1, value: "B" }],
    );
    expect([other.status, other.json]).toEqual([200, [{ id: 1, value: "B" }]]);
    const keyless = await write("POST", "/loose", "return=representation, resolution=merge-duplicates", [
      { a: "1", b: "0" },
    ]);
    expect([keyless.status, keyless.headers.get("preference-applied")]).toEqual([
      201,
      "return=representation",
    ]);
    const keys = await write(
      "POST",
      "/only_key?order=id",
      "return=representation, resolution=merge-duplicates",
      [{ id: 1 }, { id: 4 }],
    );
    expect([keys.status, keys.json]).toEqual([201, [{ id: 1 }, { id: 4 }]]);
  });

  test.each<[path: string, body: unknown, error: readonly [status: number, code: string]]>([
    ["/brands", { id: 1, name: "x" }, [409, "23505"]],
    ["/bikes", { id: 9, brand_id: 77 }, [409, "23503"]],
    ["/parts", { sku: null, size: 1 }, [400, "23502"]],
    ["/bikes", { id: 9, note: "" }, [400, "23514"]],
    ["/bikes", { id: 9, state: "lost" }, [400, "22P02"]],
    ["/sealed", { id: 9, doubled: 1 }, [400, "428C9"]],
    ["/brand_sizes", { brand_id: 1 }, [500, "55000"]],
    ["/brands", { id: 9, nope: 1 }, [400, "PGRST204"]],
    ["/nowhere", {}, [404, "PGRST205"]],
  ])("POST %s with %j is %j", async (path, body, [status, code]) => {
    const answer = await write("POST", path, "", body);
    expect({ status: answer.status, json: answer.json }).toMatchObject({ status, json: { code } });
  });
});

describe("CSV", () => {
  const csv = { "Content-Type": "text/csv", Prefer: "return=representation" };

  test("rows with quotes, line ends and NULL", async () => {
    const answer = await door.ask("/loose", {
      method: "POST",
      headers: csv,
      body: 'a,b\r\nx,"with ""quotes"", and a\nline"\r\nNULL,\r\n\r\n',
    });
    expect([answer.status, answer.json]).toEqual([
      201,
      [
        { a: "x", b: 'with "quotes", and a\nline' },
        { a: null, b: "" },
      ],
    ]);
  });

  test("lines with too few fields are refused, and fields too many are left out", async () => {
    const few = await door.ask("/loose", { method: "POST", headers: csv, body: "a,b\nx" });
    expect([few.status, few.json]).toMatchObject([
      400,
      { code: "PGRST102", message: "All lines must have same number of fields" },
    ]);
    const many = await door.ask("/loose", { method: "POST", headers: csv, body: "a,b\nx,y,z" });
    expect(many.json).toEqual([{ a: "x", b: "y" }]);
  });

  test("columns say nothing of it, because it names its own", async () => {
    const answer = await door.ask("/loose?columns=a", { method: "POST", headers: csv, body: "a,b\nx,y" });
    expect(answer.json).toEqual([{ a: "x", b: "y" }]);
  });

  test.each(["", 'a\n"x'])("%j is no CSV", async (body) => {
    const { status, json } = await door.ask("/loose", { method: "POST", headers: csv, body });
    expect({ status, json }).toMatchObject({ status: 400, json: { code: "PGRST102" } });
  });
});

describe("PATCH and DELETE", () => {
  test("change the rows of the filters, and return them", async () => {
    const answer = await write(
      "PATCH",
      "/bikes?brand_id=eq.1&select=id,name&order=id",
      "return=representation",
      {
        name: "renamed",
      },
    );
    expect([answer.status, answer.json]).toEqual([
      200,
      [
        { id: 1, name: "renamed" },
        { id: 2, name: "renamed" },
      ],
    ]);
    expect(headersOf(answer, "content-range", "preference-applied")).toEqual([
      "0-1/*",
      "return=representation",
    ]);
    const gone = await write("DELETE", "/bikes?id=eq.3&select=id", "return=representation, count=exact");
    expect([gone.status, gone.json, gone.headers.get("content-range")]).toEqual([200, [{ id: 3 }], "*/1"]);
  });

  test("say 204 without a body, and how many where that is asked", async () => {
    const patched = await write("PATCH", "/bikes?id=gt.2", "count=exact", { name: "x" });
    expect([patched.status, patched.text]).toEqual([204, ""]);
    expect(
      headersOf(patched, "content-type", "content-length", "content-range", "preference-applied"),
    ).toEqual([null, null, "0-1/2", "count=exact"]);
    const none = await write("PATCH", "/bikes?id=eq.99", "", { name: "x" });
    expect([none.status, none.headers.get("content-range")]).toEqual([204, "*/*"]);
    const empty = await write("PATCH", "/bikes?id=eq.99", "return=representation", { name: "x" });
    expect([empty.status, empty.json]).toEqual([200, []]);
    const deleted = await write("DELETE", "/items?id=lt.4", "return=minimal");
    expect([deleted.status, deleted.headers.get("preference-applied")]).toEqual([204, "return=minimal"]);
    expect(deleted.headers.get("content-range")).toBe("*/*");
  });

  test("filters of any kind choose the rows", async () => {
    const rep = "return=representation";
    const patch = (path: string): Promise<unknown> =>
      write("PATCH", path, rep, { name: "x" }).then(({ json }) =>
        (json as { id: number }[]).map(({ id }) => id),
      );
    expect(await patch("/bikes?or=(id.eq.1,state.eq.scrap)&select=id&order=id")).toEqual([1, 3]);
    expect(await patch("/bikes?specs->>gears=eq.27&select=id")).toEqual([2]);
    expect(await patch("/bikes?label_of=eq.bike 2&select=id")).toEqual([2]);
    expect(await patch("/bikes?id=in.(1,4)&name=like.N*&select=id")).toEqual([4]);
  });

  test("an empty change changes nothing", async () => {
    for (const body of [{}, [{}], []]) {
      const answer = await write("PATCH", "/bikes?id=eq.1&select=id", "return=representation", body);
      expect([answer.status, answer.json]).toEqual([200, []]);
      expect((await write("PATCH", "/bikes?id=eq.1", "", body)).status).toBe(204);
    }
  });

  test("an array's columns are those of its first row", async () => {
    const answer = await write("PATCH", "/tickets?id=eq.1&select=subject", "return=representation", [
      { subject: "new" },
    ]);
    expect(answer.json).toEqual([{ subject: "new" }]);
    const uneven = await write("PATCH", "/tickets?id=eq.1", "", [{ subject: "new" }, { open: true }]);
    expect([uneven.status, uneven.json]).toMatchObject([400, { code: "PGRST102" }]);
  });

  test("columns chooses what is written", async () => {
    const answer = await write(
      "PATCH",
      "/tickets?id=eq.1&columns=subject&select=subject,open",
      "return=representation",
      { subject: "new", open: null, other: 1 },
    );
    expect(answer.json).toEqual([{ subject: "new", open: true }]);
  });

  test("a body of DELETE is not read", async () => {
    expect((await write("DELETE", "/bikes?id=eq.99", "", "no json")).status).toBe(204);
  });

  test("a view that can be written, and triggers that write for one", async () => {
    const viewed = await write("PATCH", "/riding_bikes?id=eq.1", "return=representation", {
      name: "through",
    });
    expect(viewed.json).toEqual([{ id: 1, name: "through", brand_id: 1 }]);
    const hooked = await write("POST", "/hooked", "return=representation", { id: 9, name: "Cortina" });
    expect([hooked.status, hooked.json]).toEqual([201, [{ id: 9, name: "Cortina" }]]);
    const not = await write("PATCH", "/hooked?id=eq.1", "", { name: "x" });
    expect([not.status, not.json]).toMatchObject([500, { code: "55000" }]);
  });
});

describe("PUT", () => {
  test("inserts or replaces the one row of the key", async () => {
    const rep = "return=representation";
    const made = await write("PUT", "/brands?id=eq.9", rep, { id: 9, name: "Cortina" });
    expect([made.status, made.json]).toEqual([201, [{ id: 9, name: "Cortina" }]]);
    const replaced = await write("PUT", "/brands?id=eq.1", rep, [{ id: 1, name: "K" }]);
    expect([replaced.status, replaced.json]).toEqual([200, [{ id: 1, name: "K" }]]);
    expect(replaced.headers.get("content-range")).toBeNull();
    const quiet = await write("PUT", "/brands?id=eq.9", "", { id: 9, name: "Cortina" });
    expect([quiet.status, quiet.text, quiet.headers.get("content-type")]).toEqual([204, "", null]);
    const both = await write("PUT", "/parts?sku=eq.bell&size=eq.1", rep, {
      sku: "bell",
      size: 1,
      title: "Bell",
      stock: 1,
    });
    expect([both.status, both.json]).toEqual([201, [{ sku: "bell", size: 1, title: "Bell", stock: 1 }]]);
    const key = await write("PUT", "/only_key?id=eq.1", rep, { id: 1 });
    expect([key.status, key.json]).toEqual([200, [{ id: 1 }]]);
  });

  test("takes of several rows the one of the key, alone where one is wanted", async () => {
    const answer = await door.ask("/brands?id=eq.1", {
      method: "PUT",
      headers: { Prefer: "return=representation", Accept: "application/vnd.pgrst.object+json", Range: "1-1" },
      body: [
        { id: 1, name: "K" },
        { id: 9, name: "Cortina" },
      ],
    });
    expect([answer.status, answer.json]).toEqual([200, { id: 1, name: "K" }]);
    expect(answer.headers.get("content-type")).toBe("application/vnd.pgrst.object+json; charset=utf-8");
  });

  test.each([
    "/brands?name=eq.Koga",
    "/brands?id=not.eq.1",
    "/brands?id=in.(1)",
    "/brands?and=(id.eq.1)",
    "/brands",
    "/parts?sku=eq.chain",
    "/brands?id=eq.1&name=eq.Koga",
    "/brands?id=eq(any).{1}",
    "/loose?a=eq.1",
    "/brands?id=eq.1&bikes.id=eq.1&select=id,bikes(id)",
  ])("refuses other filters than the whole key: %s", async (path) => {
    const { status, json } = await write("PUT", path, "", { id: 1, name: "x" });
    expect({ status, json }).toMatchObject({ status: 405, json: { code: "PGRST105" } });
  });

  test("refuses a body of another key, and limits", async () => {
    const other = await write("PUT", "/brands?id=eq.9", "", { id: 8, name: "x" });
    expect([other.status, other.json]).toEqual([
      400,
      {
        code: "PGRST115",
        message: "Payload values do not match URL in primary key column(s)",
        details: null,
        hint: null,
      },
    ]);
    for (const parameter of ["limit=1", "offset=1"]) {
      const limited = await write("PUT", `/brands?id=eq.9&${parameter}`, "", { id: 9, name: "x" });
      expect([limited.status, limited.json]).toMatchObject([400, { code: "PGRST114" }]);
    }
  });
});
