import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Door, openDoor } from "./door.ts";
import { WORKSHOP } from "./workshop.ts";

let door: Door;

beforeAll(async () => {
  door = await openDoor(WORKSHOP, { schemas: ["app"], transactionEnd: "rollback", openApi: "disabled" });
});

afterAll(() => door.close());

const nothing = { details: null, hint: null };

describe("paths and methods", () => {
  test.each(["/a/b", "/rpc/a/b", "/invalid/nested/path", "//bikes", "/rpc//add"])(
    "%s leads nowhere",
    async (path) => {
      const { status, json, headers } = await door.ask(path);
      expect({ status, json }).toEqual({
        status: 404,
        json: { code: "PGRST125", message: "Invalid path specified in request URL", ...nothing },
      });
      expect(headers.get("proxy-status")).toBe("PostgREST; error=PGRST125");
      expect(headers.get("content-length")).toBe("96");
      expect(headers.get("content-type")).toBe("application/json; charset=utf-8");
    },
  );

  test("a slash at the end changes nothing", async () => {
    expect((await door.ask("/items/?id=eq.1")).json).toEqual([{ id: 1 }]);
    expect((await door.ask("/rpc/add/?a=1&b=2")).json).toBe(3);
  });

  test("rpc alone is a relation's name", async () => {
    expect((await door.ask("/rpc")).json).toMatchObject({ code: "PGRST205" });
  });

  test("a method that no relation knows", async () => {
    const { status, json } = await door.ask("/bikes", { method: "BREW" });
    expect({ status, json }).toEqual({
      status: 405,
      json: { code: "PGRST117", message: "Unsupported HTTP method: BREW", ...nothing },
    });
  });

  test("the description is only there where it is wanted", async () => {
    const { status, json } = await door.ask("/");
    expect({ status, json }).toEqual({
      status: 404,
      json: { code: "PGRST126", message: "Root endpoint metadata is disabled", ...nothing },
    });
  });

  test("an unknown relation, and what it may have been", async () => {
    const { status, json } = await door.ask("/bykes");
    expect({ status, json }).toEqual({
      status: 404,
      json: {
        code: "PGRST205",
        message: "Could not find the table 'app.bykes' in the schema cache",
        details: null,
        hint: "Perhaps you meant the table 'app.bikes'",
      },
    });
  });

  test("a base path is left out, and nothing is outside of it", async () => {
    const based = door.serving({ schemas: ["app"], basePath: "/rest/v1/" });
    expect((await based.ask("/rest/v1/items?id=eq.1")).json).toEqual([{ id: 1 }]);
    expect((await based.ask("/rest/v1/rpc/setting?name=request.path")).json).toBe("/rpc/setting");
    expect((await based.ask("/items?id=eq.1")).json).toMatchObject({ code: "PGRST125" });
    expect((await based.ask("/rest/v11/items")).json).toMatchObject({ code: "PGRST125" });
  });
});

describe("queries that cannot be read", () => {
  test.each<[query: string, message: string, details: string]>([
    [
      "id=0",
      '"failed to parse filter (0)" (line 1, column 1)',
      'unexpected "0" expecting "not" or operator (eq, gt, ...)',
    ],
    [
      "id=noop.1",
      '"failed to parse filter (noop.1)" (line 1, column 3)',
      'unexpected "o" expecting "not" or operator (eq, gt, ...)',
    ],
    ["id=eq", '"failed to parse filter (eq)" (line 1, column 3)', "unexpected end of input"],
    [
      "name=is.nil",
      '"failed to parse filter (is.nil)" (line 1, column 4)',
      "isVal: (null, not_null, true, false, unknown)",
    ],
    [
      "order=id.ac",
      '"failed to parse order (id.ac)" (line 1, column 4)',
      'unexpected "c" expecting "asc", "desc", "nullsfirst" or "nullslast"',
    ],
    [
      "order=id.asc.nlsfst",
      '"failed to parse order (id.asc.nlsfst)" (line 1, column 8)',
      'unexpected "l" expecting "nullsfirst" or "nullslast"',
    ],
    [
      "select=id,brands(",
      '"failed to parse select parameter (id,brands()" (line 1, column 18)',
      "unexpected end of input",
    ],
    ["or=()", '"failed to parse logic tree (())" (line 1, column 4)', 'unexpected ")"'],
    ["or=(id.eq.1", '"failed to parse logic tree ((id.eq.1)" (line 1, column 12)', "unexpected end of input"],
  ])("%s", async (query, message, details) => {
    const { status, json } = await door.ask(`/bikes?${query}`);
    expect({ status, json }).toMatchObject({
      status: 400,
      json: {
        code: "PGRST100",
        hint: null,
        details: expect.stringContaining(details.slice(0, 12)) as unknown,
      },
    });
    expect((json as { message: string }).message.replace(/column \d+/, "")).toBe(
      message.replace(/column \d+/, ""),
    );
  });

  test("of two mistakes the one that PostgREST tells", async () => {
    const { json } = await door.ask("/bikes?id=x&select=id(&order=.&or=x");
    expect((json as { message: string }).message).toContain("failed to parse order");
    expect(((await door.ask("/bikes?id=x&select=id(&or=x")).json as { message: string }).message).toContain(
      "logic tree",
    );
    expect(((await door.ask("/bikes?id=x&select=id(")).json as { message: string }).message).toContain(
      "select parameter",
    );
  });

  test("a mistake in the query comes before one in the body", async () => {
    const { json } = await door.ask("/bikes?select=id(", { method: "POST", body: "no json" });
    expect(json).toMatchObject({ code: "PGRST100" });
  });

  test.each<[query: string, json: unknown]>([
    ["select=id,nope", { code: "42703", message: "column bikes.nope does not exist" }],
    ["nope=eq.1", { code: "42703" }],
    ["order=nope", { code: "42703" }],
    ["id=eq.x", { code: "22P02" }],
    ["select=id,nowhere(*)", { code: "PGRST200" }],
    [
      "nowhere.id=eq.1",
      {
        code: "PGRST108",
        message: "'nowhere' is not an embedded resource in this request",
        hint: "Verify that 'nowhere' is included in the 'select' query parameter.",
      },
    ],
    ["nowhere.order=id", { code: "PGRST108" }],
    ["nowhere.limit=1", { code: "PGRST108" }],
    ["nowhere.or=(id.eq.1)", { code: "PGRST108" }],
    ["order=brands(name)", { code: "PGRST108" }],
    ["select=id,fittings(*)&order=fittings(sku)", { code: "PGRST118" }],
    ["select=id.count()", { code: "PGRST123", message: "Use of aggregate functions is not allowed" }],
    ["select=id::nope", { code: "42704" }],
  ])("%s", async (query, json) => {
    const answer = await door.ask(`/bikes?${query}`);
    expect({ status: answer.status, json: answer.json }).toMatchObject({ status: 400, json: json as object });
  });

  test("aggregates where they are allowed", async () => {
    const { json } = await door
      .serving({ schemas: ["app"], aggregates: true })
      .ask("/bikes?select=brand_id,count()&order=brand_id");
    expect(json).toEqual([
      { brand_id: 1, count: 2 },
      { brand_id: 2, count: 1 },
      { brand_id: null, count: 1 },
    ]);
  });
});

test("aggregates by what is embedded in a spread row", async () => {
  const { json } = await door
    .serving({ schemas: ["app"], aggregates: true })
    .ask("/fittings?select=...bikes(brands(name)),count()");
  expect(json).toEqual(expect.arrayContaining([{ brands: { name: "Koga" }, count: 3 }]));
});

describe("OPTIONS", () => {
  test.each<[path: string, allow: string]>([
    ["/bikes", "OPTIONS,GET,HEAD,POST,PUT,PATCH,DELETE"],
    ["/loose", "OPTIONS,GET,HEAD,POST,PATCH,DELETE"],
    ["/logs", "OPTIONS,GET,HEAD,POST,PUT,PATCH,DELETE"],
    ["/riding_bikes", "OPTIONS,GET,HEAD,POST,PUT,PATCH,DELETE"],
    ["/bike_names", "OPTIONS,GET,HEAD,POST,PATCH,DELETE"],
    ["/brand_sizes", "OPTIONS,GET,HEAD"],
    ["/hooked", "OPTIONS,GET,HEAD,POST"],
    ["/frozen_bikes", "OPTIONS,GET,HEAD"],
    ["/rpc/hit", "OPTIONS,POST"],
    ["/rpc/numbers", "OPTIONS,GET,HEAD,POST"],
    ["/rpc/all_bikes", "OPTIONS,GET,HEAD,POST"],
  ])("%s allows %s", async (path, allow) => {
    const { status, text, headers } = await door.ask(path, { method: "OPTIONS" });
    expect([status, text, headers.get("allow"), headers.get("access-control-allow-origin")]).toEqual([
      200,
      "",
      allow,
      "*",
    ]);
  });

  test("a function that needs arguments is not found, for PostgREST reads none here", async () => {
    const without = await door.ask("/rpc/add", { method: "OPTIONS" });
    expect({ status: without.status, allow: without.headers.get("allow"), json: without.json }).toMatchObject(
      {
        status: 404,
        allow: null,
        json: { code: "PGRST202" },
      },
    );
    const withThem = await door.ask("/rpc/add?a=1&b=2", { method: "OPTIONS" });
    expect([withThem.status, withThem.headers.get("allow")]).toEqual([400, null]);
  });

  test("what is not there, and the root", async () => {
    expect((await door.ask("/nowhere", { method: "OPTIONS" })).status).toBe(404);
    expect((await door.ask("/rpc/nowhere", { method: "OPTIONS" })).status).toBe(404);
    const root = await door.serving({ schemas: ["app"] }).ask("/", { method: "OPTIONS" });
    expect(root.headers.get("allow")).toBe("OPTIONS,GET,HEAD");
  });
});

describe("CORS", () => {
  const origin = { Origin: "http://example.com" };
  const preflight = {
    method: "OPTIONS",
    headers: {
      ...origin,
      "Access-Control-Request-Method": "POST",
      "Access-Control-Request-Headers": "Foo,Bar",
    },
  };

  test("a browser's question is answered for all", async () => {
    const { status, text, headers } = await door.ask("/anything", preflight);
    expect([status, text]).toEqual([200, ""]);
    expect(Object.fromEntries(headers)).toMatchObject({
      "access-control-allow-origin": "*",
      "access-control-allow-methods": "GET, POST, PATCH, PUT, DELETE, OPTIONS, HEAD",
      "access-control-allow-headers": "Authorization, Foo, Bar, Accept, Accept-Language, Content-Language",
      "access-control-max-age": "86400",
    });
  });

  test("an answer lets the page see it", async () => {
    for (const path of ["/items", "/nowhere"]) {
      const { headers } = await door.ask(path, { headers: origin });
      expect(headers.get("access-control-allow-origin")).toBe("*");
      expect(headers.get("access-control-expose-headers")).toBe(
        "Content-Encoding, Content-Location, Content-Range, Content-Type, Date, Location, Server, Transfer-Encoding, Range-Unit",
      );
    }
    expect((await door.ask("/items")).headers.get("access-control-allow-origin")).toBeNull();
    const info = await door.ask("/items", { method: "OPTIONS", headers: origin });
    expect(info.headers.get("access-control-allow-origin")).toBe("*");
  });

  test("listed origins alone may come, with credentials", async () => {
    const listed = door.serving({ schemas: ["app"], corsOrigins: ["http://example.com"] });
    const mine = await listed.ask("/items", { headers: origin });
    expect(mine.headers.get("access-control-allow-origin")).toBe("http://example.com");
    expect(mine.headers.get("access-control-allow-credentials")).toBe("true");
    const other = await listed.ask("/items", { headers: { Origin: "http://evil.example" } });
    expect([other.status, other.headers.get("access-control-allow-origin")]).toEqual([200, null]);
    expect((await listed.ask("/items", preflight)).headers.get("access-control-allow-origin")).toBe(
      "http://example.com",
    );
  });
});

describe("other settings", () => {
  test("a header of the request is repeated for tracing", async () => {
    const traced = door.serving({ schemas: ["app"], traceHeader: "X-Request-Id" });
    const { headers } = await traced.ask("/items?limit=0", { headers: { "X-Request-Id": "abc" } });
    expect(headers.get("x-request-id")).toBe("abc");
    expect(
      (await traced.ask("/nowhere", { headers: { "X-Request-Id": "abc" } })).headers.get("x-request-id"),
    ).toBe("abc");
  });

  test("a function answers for the root", async () => {
    const rooted = door.serving({ schemas: ["app"], rootFunction: "three_defaults" });
    expect((await rooted.ask("/")).json).toBe(6);
    expect((await rooted.ask("/?b=4")).json).toBe(8);
    expect((await rooted.ask("/", { method: "POST", body: { a: 2 } })).json).toBe(7);
  });

  test("bodies and nesting have their limits", async () => {
    const limited = door.serving({ schemas: ["app"], limits: { maxPayloadBytes: 20, maxEmbedDepth: 1 } });
    const long = await limited.ask("/brands", { method: "POST", body: { id: 9, name: "much too long" } });
    expect([long.status, long.json]).toMatchObject([413, { code: "OFF005" }]);
    const short = await limited.ask("/brands", { method: "POST", body: { id: 99 } });
    expect(short.json).toMatchObject({ code: "23502" });
    expect((await limited.ask("/brands?select=bikes(fittings(*))")).status).toBe(400);
  });

  test.each([
    { schemas: [] },
    { maxRows: -1 },
    { maxRows: 1.5 },
    { basePath: "rest" },
    { jwt: { secret: "short" } },
  ])("%j is refused when the handler is made", (config) => {
    expect(() => door.serving(config)).toThrow(TypeError);
  });
});
