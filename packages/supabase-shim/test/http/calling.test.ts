import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Asked, type Door, openDoor } from "./door.ts";
import { WORKSHOP } from "./workshop.ts";

let door: Door;

beforeAll(async () => {
  door = await openDoor(WORKSHOP, {
    schemas: ["app"],
    transactionEnd: "rollback",
    settings: { "app.settings.host": "localhost" },
  });
});

afterAll(() => door.close());

const post = (path: string, body: unknown, headers: Asked["headers"] = {}): ReturnType<Door["ask"]> =>
  door.ask(path, { method: "POST", body, headers });

const form = { "Content-Type": "application/x-www-form-urlencoded" };

describe("arguments and results", () => {
  test.each<[path: string, result: unknown]>([
    ["/rpc/add?a=1&b=2", 3],
    ["/rpc/greet?name=world", "Hello, world"],
    ["/rpc/greet?name=ignored&name=world", "Hello, world"],
    ["/rpc/greet?name=a%2Bb+c", "Hello, a+b c"],
    ["/rpc/greet?name=", "Hello, "],
    ["/rpc/three_defaults?b=4", 8],
    ["/rpc/three_defaults", 6],
    ["/rpc/over", [1, 2, 3]],
    ["/rpc/over?a=1&b=2", 3],
    ["/rpc/over?a=1&b=2&c=3", "123"],
    ["/rpc/listed", []],
    ["/rpc/listed?v=hi", ["hi"]],
    ["/rpc/listed?v=hi&v=a,b&v={c}", ["hi", "a,b", "{c}"]],
    ["/rpc/greet_all?name=ignored&name=world&v=1&v=2", "Hello, world2"],
    ["/rpc/bikes_below?id=3&select=id&order=id.desc", [{ id: 2 }, { id: 1 }]],
    ["/rpc/bikes_below?id=5&id=gt.2&select=id&order=id", [{ id: 3 }, { id: 4 }]],
    ["/rpc/bikes_below?id=5&id=not.in.(1,3)&select=id&order=id", [{ id: 2 }, { id: 4 }]],
    ["/rpc/bikes_below?id=3&select=id,brands(name)&order=id&limit=1", [{ id: 1, brands: { name: "Koga" } }]],
    ["/rpc/bikes_below?id=5&select=id,brands!inner()&brands.name=eq.Gazelle", [{ id: 3 }]],
    ["/rpc/one_bike?id=1&select=name", { name: "Signature" }],
    [
      "/rpc/one_bike?id=1&select=name,fittings(sku)&fittings.order=sku",
      { name: "Signature", fittings: [{ sku: "chain" }, { sku: "lamp" }] },
    ],
    ["/rpc/pair", { x: 5, y: "five" }],
    ["/rpc/twice?num=4", { num: 8 }],
    [
      "/rpc/rows_of",
      [
        { a: "A", b: 1 },
        { a: "B", b: 2 },
      ],
    ],
    ["/rpc/rows_of?a=eq.B&select=b", [{ b: 2 }]],
    ["/rpc/numbers", [1, 2, 3]],
    ["/rpc/no_value", null],
    ["/rpc/char_in?c=abc", 3],
    ["/rpc/Quoted%20Call?fullName=Ada Lovelace&SSN=1", { fullName: "Ada Lovelace", SSN: "1" }],
  ])("GET %s", async (path, result) => {
    const { status, json } = await door.ask(path);
    expect({ status, json }).toEqual({ status: 200, json: result });
  });

  test.each<[path: string, body: unknown, result: unknown]>([
    ["/rpc/add", { a: 1, b: 2 }, 3],
    [
      "/rpc/add",
      [
        { a: 1, b: 2 },
        { a: 5, b: 5 },
      ],
      3,
    ],
    ["/rpc/three_defaults", {}, 6],
    ["/rpc/three_defaults", "", 6],
    ["/rpc/greet?columns=name", { name: "John", other: 1, more: null }, "Hello, John"],
    ["/rpc/listed", { v: ["hi", "a,b"] }, ["hi", "a,b"]],
    ["/rpc/char_in", { c: "abc" }, 3],
    ["/rpc/Quoted%20Call", { fullName: "Ada", SSN: "1" }, { fullName: "Ada", SSN: "1" }],
    ["/rpc/raw_json", { A: 1, b: [2] }, { A: 1, b: [2] }],
    ["/rpc/either", {}, 1],
    ["/rpc/either", { x: 1, y: 2 }, 3],
    ["/rpc/either", { z: 1 }, { z: 1 }],
    ["/rpc/bikes_below?id=gt.1&select=id&limit=1&offset=1&order=id", { id: 9 }, [{ id: 3 }]],
    ["/rpc/hit", {}, 8],
  ])("POST %s with %j", async (path, body, result) => {
    const { status, json } = await post(path, body);
    expect({ status, json }).toEqual({ status: 200, json: result });
  });

  test("a form's fields are arguments", async () => {
    expect((await post("/rpc/over", "a=1&b=2", form)).json).toBe(3);
    expect((await post("/rpc/over", "", form)).json).toEqual([1, 2, 3]);
    expect((await post("/rpc/listed", "v=hi&v=there", form)).json).toEqual(["hi", "there"]);
    expect((await post("/rpc/greet", "name=a+b%26c", form)).json).toBe("Hello, a b&c");
  });

  test("a domain over a table's rows is those rows: it can be filtered, picked from and embedded", async () => {
    const rows = await door.ask("/rpc/bike_rows?id=3&select=id,brands(name)&id=gt.1");
    expect(rows.json).toEqual([{ id: 2, brands: { name: "Koga" } }]);
    const posted = await door.ask("/rpc/bike_rows?select=name,fittings(sku)&order=id.desc&limit=1", {
      method: "POST",
      body: { id: 2 },
    });
    expect(posted.json).toEqual([{ name: "Signature", fittings: [{ sku: "chain" }, { sku: "lamp" }] }]);
    expect((await door.ask("/rpc/bike_row?id=2&select=id,name")).json).toEqual({
      id: 2,
      name: "World Traveller",
    });
  });

  test("CSV's first line of values is the arguments", async () => {
    expect((await post("/rpc/add", "a,b\n1,2\n3,4", { "Content-Type": "text/csv" })).json).toBe(3);
  });
});

describe("void", () => {
  test.each(["/rpc/nothing", "/rpc/nothing_stable"])("%s says 204 and has no body", async (path) => {
    const { status, text, headers } = await post(path, {});
    expect([status, text, headers.get("content-type")]).toEqual([204, "", null]);
  });
});

describe("pages", () => {
  test("of what a function returns", async () => {
    const path = "/rpc/item_range?min=2&max=5";
    const exact = { Prefer: "count=exact" };
    const range = await door.ask(path, { headers: { Range: "1-1", "Range-Unit": "items" } });
    expect([range.status, range.json, range.headers.get("content-range")]).toEqual([
      200,
      [{ id: 4 }],
      "1-1/*",
    ]);
    const counted = await door.ask(path, { headers: { Range: "1-1", ...exact } });
    expect([counted.status, counted.headers.get("content-range")]).toEqual([206, "1-1/3"]);
    const posted = await post(
      "/rpc/item_range?limit=1&offset=1",
      { min: 2, max: 5 },
      { Range: "0-0", ...exact },
    );
    expect([posted.status, posted.json, posted.headers.get("content-range")]).toEqual([
      206,
      [{ id: 4 }],
      "1-1/3",
    ]);
    const head = await door.ask(`${path}&limit=1`, { method: "HEAD", headers: { Range: "2-2", ...exact } });
    expect([head.status, head.text, head.headers.get("content-range")]).toEqual([206, "", "0-0/3"]);
    const past = await door.ask(`${path}&offset=9`, { headers: exact });
    expect([past.status, past.headers.get("content-range"), past.json]).toEqual([
      416,
      "*/3",
      {
        code: "PGRST103",
        message: "Requested range not satisfiable",
        details: "An offset of 9 was requested, but there are only 3 rows.",
        hint: null,
      },
    ]);
  });

  test("a single value is one row", async () => {
    for (const path of ["/rpc/add?a=3&b=4", "/rpc/pair", "/rpc/one_bike?id=1"]) {
      const { status, headers } = await door.ask(path, { headers: { Prefer: "count=exact" } });
      expect([path, status, headers.get("content-range")]).toEqual([path, 200, "0-0/1"]);
    }
    const { headers } = await door.ask("/rpc/all_bikes", {
      method: "HEAD",
      headers: { Prefer: "count=planned" },
    });
    expect(headers.get("content-range")).toBe("0-3/*");
  });

  test("a count is of the filtered and joined rows", async () => {
    const path = "/rpc/all_bikes?select=*,brands!inner(*)&brands.id=eq.1";
    const { headers } = await door.ask(path, { headers: { Prefer: "count=exact" } });
    expect(headers.get("content-range")).toBe("0-1/2");
  });
});

describe("a body for one unnamed parameter", () => {
  test("is found by its type", async () => {
    const missing = await post("/rpc/raw_int", "text", { "Content-Type": "text/plain" });
    expect([missing.status, missing.json]).toEqual([
      404,
      {
        code: "PGRST202",
        message: "Could not find the function app.raw_int in the schema cache",
        details:
          "Searched for the function app.raw_int with a single unnamed text parameter, but no matches were found in the schema cache.",
        hint: null,
      },
    ]);
    const json = await post("/rpc/raw_int", { x: 1, y: 2 });
    expect(json.json).toMatchObject({
      code: "PGRST202",
      message: "Could not find the function app.raw_int(x, y) in the schema cache",
      details:
        "Searched for the function app.raw_int with parameters x, y or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache.",
    });
    const csv = await post("/rpc/raw_int", "a,b\n1,2", { "Content-Type": "text/csv" });
    expect(csv.json).toMatchObject({
      message: "Could not find the function app.raw_int(a, b) in the schema cache",
      details:
        "Searched for the function app.raw_int with parameters a, b, but no matches were found in the schema cache.",
    });
    expect((await post("/rpc/raw_json", "a,b\n1,2", { "Content-Type": "text/csv" })).status).toBe(404);
    // GET has no body, whatever its headers say.
    expect((await door.ask("/rpc/either", { headers: { "Content-Type": "text/plain" } })).json).toBe(1);
  });
});

describe("errors", () => {
  test.each<[path: string, status: number, json: unknown]>([
    [
      "/rpc/fake",
      404,
      {
        code: "PGRST202",
        message: "Could not find the function app.fake without parameters in the schema cache",
      },
    ],
    ["/rpc/greett", 404, { code: "PGRST202", hint: "Perhaps you meant to call the function app.greet" }],
    [
      "/rpc/greet?nam=Peter",
      404,
      {
        code: "PGRST202",
        hint: "Perhaps you meant to call the function app.greet(name)",
        message: "Could not find the function app.greet(nam) in the schema cache",
        details:
          "Searched for the function app.greet with parameter nam, but no matches were found in the schema cache.",
      },
    ],
    [
      "/rpc/add?a=1&b=2&c=x",
      404,
      { code: "PGRST202", message: "Could not find the function app.add(a, b, c) in the schema cache" },
    ],
    [
      "/rpc/twins?arg=1",
      300,
      {
        code: "PGRST203",
        message:
          "Could not choose the best candidate function between: app.twins(arg => integer), app.twins(arg => text)",
      },
    ],
    ["/rpc/hit", 405, { code: "25006" }],
    ["/rpc/drop_items", 405, { code: "25006" }],
    ["/rpc/add?a=x&b=2", 400, { code: "22P02" }],
    ["/rpc/add?a=in.x&b=2", 400, { code: "PGRST100" }],
    ["/rpc/add?a=is.x&b=2", 400, { code: "PGRST100" }],
    ["/rpc/add?a=not.x&b=2", 400, { code: "PGRST100" }],
    ["/rpc/raise_plain", 400, { code: "P0001", message: "plain", hint: "a hint", details: null }],
    [
      "/rpc/raise_pt?code=402",
      402,
      { code: "PT402", message: "Payment Required", details: "Quota exceeded", hint: "Upgrade your plan" },
    ],
    ["/rpc/raise_pt?code=40A", 500, { code: "PT40A" }],
  ])("GET %s is %i", async (path, status, json) => {
    const answer = await door.ask(path);
    expect(answer.json).toMatchObject(json as object);
    expect(answer.status).toBe(status);
  });

  test("a posted call takes no arguments from the query", async () => {
    expect((await post("/rpc/greet?name=John", { name: "John" })).status).toBe(400);
  });

  test("only GET, HEAD, POST and OPTIONS reach a function", async () => {
    for (const method of ["PATCH", "PUT", "DELETE", "BREW"]) {
      const { status, json } = await door.ask("/rpc/add", { method });
      expect({ status, json }).toEqual({
        status: 405,
        json: {
          code: "PGRST101",
          message: `Cannot use the ${method} method on RPC`,
          details: null,
          hint: null,
        },
      });
    }
  });

  test("an argument of a word that begins like an operator is an argument", async () => {
    expect((await door.ask("/rpc/greet?name=equal")).json).toBe("Hello, equal");
    expect((await door.ask("/rpc/greet?name=isdistinct")).json).toBe("Hello, isdistinct");
    expect((await door.ask("/rpc/greet?name=likely.so")).json).toBe("Hello, likely.so");
  });
});

describe("what the call says of itself", () => {
  const setting = (name: string, prefix: string, headers: Asked["headers"] = {}): Promise<unknown> =>
    post("/rpc/setting", { name, prefix }, headers).then(({ json }) => json);

  test("method, path, headers, cookies, claims and settings", async () => {
    expect(await setting("request.method", "")).toBe("POST");
    expect(await setting("request.path", "")).toBe("/rpc/setting");
    expect(await setting("custom-header", "request.headers", { "Custom-Header": "test" })).toBe("test");
    expect(await setting("second", "request.cookies", { Cookie: "first=a; second=b=c" })).toBe("b=c");
    expect(await setting("cookie", "request.headers", { Cookie: "first=a" })).toBeNull();
    expect(await setting("role", "request.jwt.claims")).toBe("door_anon");
    expect(await setting("app.settings.host", "")).toBe("localhost");
    expect((await door.ask("/rpc/setting?name=request.path")).json).toBe("/rpc/setting");
    expect((await door.ask("/rpc/who")).json).toBe("door_anon");
  });
});

describe("what the database says of the answer", () => {
  test("headers", async () => {
    const { headers, json } = await door.ask(
      `/rpc/with_headers?headers=${encodeURIComponent('[{"X-Test": "a; b"}, {"content-type": "application/custom+json"}]')}`,
    );
    expect([json, headers.get("x-test"), headers.get("content-type")]).toEqual([
      1,
      "a; b",
      "application/custom+json",
    ]);
    const cookies = await door.ask("/rpc/two_cookies", { method: "POST" });
    expect([cookies.status, cookies.headers.getSetCookie()]).toEqual([204, ["a=1; Path=/", "b=2"]]);
  });

  test.each(['{"a": "b"}', '[{"a": "b", "c": "d"}]', '[{"a": 1}]', "[[]]", '["a"]', "no json", "[{}]"])(
    "%s is no list of headers",
    async (value) => {
      const { status, json } = await post("/rpc/with_headers", { headers: value });
      expect({ status, json }).toEqual({
        status: 500,
        json: {
          code: "PGRST111",
          message:
            "response.headers guc must be a JSON array composed of objects with a single key and a string value",
          details: null,
          hint: null,
        },
      });
    },
  );

  test("a status", async () => {
    const { status, json } = await door.ask("/rpc/with_status?status=403");
    expect({ status, json }).toEqual({ status: 403, json: { message: "set" } });
    const bad = await door.ask("/rpc/with_status?status=bad");
    expect([bad.status, bad.json]).toMatchObject([500, { code: "PGRST112" }]);
    expect((await door.ask("/rpc/with_status?status=205")).text).toBe("");
  });

  test("everything, in an error", async () => {
    const { status, json, headers } = await post("/rpc/raise_pgrst", {
      said: '{"code": "123", "message": "ABC", "details": "DEF", "hint": "XYZ"}',
      more: '{"status": 332, "status_text": "My Text", "headers": {"X-Header": "str"}}',
    });
    expect({ status, json }).toEqual({
      status: 332,
      json: { code: "123", message: "ABC", details: "DEF", hint: "XYZ" },
    });
    expect([headers.get("x-header"), headers.get("proxy-status")]).toEqual(["str", "PostgREST; error=123"]);
  });

  test.each<[said: string, more: string | null, details: string]>([
    ['{"code": "1"}', "{}", `Invalid JSON value for MESSAGE: '{"code": "1"}'`],
    ["INVALID", "{}", "Invalid JSON value for MESSAGE: 'INVALID'"],
    ['{"code": "1", "message": "m"}', '{"status": 1}', `Invalid JSON value for DETAIL: '{"status": 1}'`],
    ['{"code": "1", "message": "m"}', null, "DETAIL is missing in the RAISE statement"],
  ])("an error that says %s and %s is PGRST121", async (said, more, details) => {
    const { status, json } = await post("/rpc/raise_pgrst", more === null ? { said } : { said, more });
    expect({ status, json }).toMatchObject({
      status: 500,
      json: {
        code: "PGRST121",
        message: "Could not parse JSON in the \"RAISE SQLSTATE 'PGRST'\" error",
        details,
      },
    });
  });
});
