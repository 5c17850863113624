import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Door, openDoor } from "./door.ts";
import { WORKSHOP } from "./workshop.ts";

let door: Door;

beforeAll(async () => {
  door = await openDoor(WORKSHOP + HANDLERS, { schemas: ["app"], transactionEnd: "rollback", explain: true });
});

afterAll(() => door.close());

/** What the database makes of rows and values itself. */
const HANDLERS = `
create domain app."text/plain" as text;
create domain app."text/html" as text;
create domain app."application/octet-stream" as bytea;
create domain app."image/png" as bytea;
create domain app."*/*" as bytea;
create domain app."application/vnd.list" as text;
create domain app."pg/out" as text;
create domain app."application/json" as text;

create function app.page() returns app."text/html" immutable language sql as $$ select '<p>é</p>'::app."text/html" $$;
create function app.plain(name text) returns app."text/plain" immutable language sql as $$ select ('Hi ' || name)::app."text/plain" $$;
create function app.plain_none() returns app."text/plain" immutable language sql as $$ select null::app."text/plain" $$;
create function app.plain_twice() returns setof app."text/plain" immutable language sql as $$ select 'a'::app."text/plain" union all select 'b' $$;
create function app.bytes() returns app."application/octet-stream" immutable language sql as $$ select '\\x00ff10'::app."application/octet-stream" $$;
create function app.image() returns app."image/png" immutable language sql as $$ select '\\x8950'::app."image/png" $$;
create function app.anything() returns app."*/*" immutable language sql as $$ select 'any'::bytea::app."*/*" $$;
create function app.raw_text(text) returns app."text/plain" immutable language sql as $$ select $1::app."text/plain" $$;
create function app.raw_bytes(bytea) returns app."application/octet-stream" immutable language sql as $$ select $1::app."application/octet-stream" $$;

create function app.list_step(state app."application/vnd.list", one app.brands) returns app."application/vnd.list" immutable language sql as
  $$ select (coalesce(state, '') || one.name || ';')::app."application/vnd.list" $$;
create aggregate app.list_of(app.brands) (sfunc = app.list_step, stype = app."application/vnd.list");
create function app.out_step(state app."pg/out", one anyelement) returns app."pg/out" immutable language sql as
  $$ select (coalesce(state, '') || one::text || E'\\n')::app."pg/out" $$;
create aggregate app.out_of(anyelement) (sfunc = app.out_step, stype = app."pg/out");
create function app.own_json_step(state app."application/json", one app.only_key) returns app."application/json" immutable language sql as
  $$ select '{"own": true}'::app."application/json" $$;
create aggregate app.own_json(app.only_key) (sfunc = app.own_json_step, stype = app."application/json");
`;

const accept = (type: string): { headers: Record<string, string> } => ({ headers: { Accept: type } });

describe("Accept", () => {
  test.each<[accept: string, contentType: string]>([
    ["*/*", "application/json; charset=utf-8"],
    ["application/json", "application/json; charset=utf-8"],
    ["application/json; charset=utf-8", "application/json; charset=utf-8"],
    ["application/vnd.pgrst.array+json", "application/json; charset=utf-8"],
    [
      "application/vnd.pgrst.array+json;nulls=stripped",
      "application/vnd.pgrst.array+json;nulls=stripped; charset=utf-8",
    ],
    [
      "application/vnd.pgrst.array;nulls=stripped",
      "application/vnd.pgrst.array+json;nulls=stripped; charset=utf-8",
    ],
    ["application/vnd.pgrst.object+json", "application/vnd.pgrst.object+json; charset=utf-8"],
    ["Application/Vnd.PgRst.Object", "application/vnd.pgrst.object+json; charset=utf-8"],
    [
      "application/vnd.pgrst.object+json; nulls=stripped",
      "application/vnd.pgrst.object+json;nulls=stripped; charset=utf-8",
    ],
    ["text/csv", "text/csv; charset=utf-8"],
    ["text/csv; version=1", "text/csv; charset=utf-8"],
    ["text/unknowntype, text/csv", "text/csv; charset=utf-8"],
    ["text/csv, */*; q=0.01", "text/csv; charset=utf-8"],
    ["text/unknowntype, */*", "application/json; charset=utf-8"],
    ["text/csv;q=0.1, application/json;q=0.2", "application/json; charset=utf-8"],
    ["text/csv, application/json", "text/csv; charset=utf-8"],
    ["*/*, text/csv", "text/csv; charset=utf-8"],
    [
      "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8",
      "application/json; charset=utf-8",
    ],
  ])("%s is answered with %s", async (type, contentType) => {
    const { status, headers } = await door.ask("/bikes?id=eq.1&select=id,name", accept(type));
    expect([status, headers.get("content-type")]).toEqual([200, contentType]);
  });

  test.each<[accept: string, names: string]>([
    ["text/unknowntype", "text/unknowntype"],
    ["text/unknowntype, image/gif", "text/unknowntype, image/gif"],
    ["image/gif;q=0.1, text/unknowntype", "text/unknowntype, image/gif"],
    ["application/openapi+json", "application/openapi+json"],
    ["text/html;level=1", "text/html;level=1"],
    ["application/x-www-form-urlencoded", "application/x-www-form-urlencoded"],
  ])("%s is not there", async (type, names) => {
    for (const asked of [accept(type), { ...accept(type), method: "DELETE" }]) {
      const { status, json, headers } = await door.ask("/bikes?id=eq.99", asked);
      expect({ status, json }).toEqual({
        status: 406,
        json: {
          code: "PGRST107",
          message: `None of these media types are available: ${names}`,
          details: null,
          hint: null,
        },
      });
      expect(headers.get("content-type")).toBe("application/json; charset=utf-8");
    }
  });
});

describe("one object", () => {
  const one = "application/vnd.pgrst.object+json";

  test("is one row", async () => {
    expect((await door.ask("/bikes?id=eq.2&select=id", accept(one))).json).toEqual({ id: 2 });
    expect((await door.ask("/rpc/all_bikes?id=eq.2&select=id", accept(one))).json).toEqual({ id: 2 });
    expect((await door.ask("/rpc/add?a=1&b=2", accept(one))).json).toBe(3);
    const posted = await door.ask("/brands", {
      method: "POST",
      headers: { Accept: one, Prefer: "return=representation" },
      body: [{ id: 9, name: "Cortina" }],
    });
    expect([posted.status, posted.json]).toEqual([201, { id: 9, name: "Cortina" }]);
  });

  test.each<[call: readonly [method: string, path: string], prefer: string, rows: number]>([
    [["GET", "/bikes"], "", 4],
    [["GET", "/bikes?id=eq.99"], "", 0],
    [["GET", "/rpc/all_bikes"], "", 4],
    [["POST", "/rpc/drop_items"], "", 15],
    [["PATCH", "/bikes?id=gt.2"], "return=representation", 2],
    [["PATCH", "/bikes?id=gt.2"], "", 2],
    [["DELETE", "/items"], "", 15],
    [["DELETE", "/items?id=gt.99"], "return=representation", 0],
  ])("%s with %j is none: %i rows", async ([method, path], prefer, rows) => {
    const { status, json } = await door.serving({ schemas: ["app"] }).ask(path, {
      method,
      headers: { Accept: one, Prefer: prefer },
      ...(method === "PATCH" ? { body: { name: "x" } } : {}),
    });
    expect({ status, json }).toEqual({
      status: 406,
      json: {
        code: "PGRST116",
        message: "Cannot coerce the result to a single JSON object",
        details: `The result contains ${rows} rows`,
        hint: null,
      },
    });
    // What it had changed was undone.
    expect(
      (await door.ask("/items?limit=0", { headers: { Prefer: "count=exact" } })).headers.get("content-range"),
    ).toBe("*/15");
    expect((await door.ask("/bikes?name=eq.x")).json).toEqual([]);
  });
});

describe("nulls=stripped", () => {
  test("leaves keys without a value out, at every level", async () => {
    const path = "/bikes?select=id,made,brands(id,name)&id=in.(3,4)&order=id";
    expect((await door.ask(path, accept("application/vnd.pgrst.array+json;nulls=stripped"))).json).toEqual([
      { id: 3, brands: { id: 2, name: "Gazelle" } },
      { id: 4 },
    ]);
    expect(
      (
        await door.ask(
          "/bikes?select=id,made&id=eq.3",
          accept("application/vnd.pgrst.object+json;nulls=stripped"),
        )
      ).json,
    ).toEqual({ id: 3 });
  });
});

describe("CSV", () => {
  test("names, then values as PostgreSQL quotes them", async () => {
    expect((await door.ask("/bikes?select=id,name,note&order=id&id=in.(1,3)", accept("text/csv"))).text).toBe(
      'id,name,note\n1,Signature,first\n3,"Tour ""Populair""",',
    );
    expect((await door.ask("/rpc/item_range?min=2&max=4", accept("text/csv"))).text).toBe("id\n3\n4");
    const head = await door.ask("/bikes", { method: "HEAD", ...accept("text/csv") });
    expect([head.status, head.headers.get("content-type")]).toEqual([200, "text/csv; charset=utf-8"]);
    const posted = await door.ask("/brands", {
      method: "POST",
      headers: { Accept: "text/csv", Prefer: "return=representation" },
      body: [{ id: 9, name: "a,b" }],
    });
    expect([posted.status, posted.text]).toEqual([201, 'id,name\n9,"a,b"']);
  });
});

describe("explain", () => {
  const plan = "application/vnd.pgrst.plan";

  test("shows a plan as text or JSON, with the options that were named", async () => {
    const text = await door.ask("/bikes?id=eq.1", accept(plan));
    expect([text.status, text.headers.get("content-type")]).toEqual([
      200,
      'application/vnd.pgrst.plan+text; for="application/json"; charset=utf-8',
    ]);
    expect(text.text).toContain("Aggregate");
    expect(text.headers.get("content-range")).toBeNull();
    const json = await door.ask(
      "/bikes",
      accept(`${plan}+json; for="text/csv"; options=analyze|buffers|wal`),
    );
    expect(json.headers.get("content-type")).toBe(
      'application/vnd.pgrst.plan+json; for="text/csv"; options=analyze|buffers|wal; charset=utf-8',
    );
    expect(json.json).toMatchObject([
      { Plan: { "Node Type": "Aggregate" }, "Execution Time": expect.any(Number) as unknown },
    ]);
    const singular = await door.ask("/bikes", accept(`${plan}; for="application/vnd.pgrst.object"`));
    expect(singular.headers.get("content-type")).toBe(
      'application/vnd.pgrst.plan+text; for="application/vnd.pgrst.object+json"; charset=utf-8',
    );
    for (const [method, path] of [
      ["DELETE", "/items"],
      ["POST", "/rpc/hit"],
      ["PATCH", "/bikes?id=eq.1"],
      ["POST", "/brands"],
    ] as const) {
      const asked = {
        method,
        ...accept(`${plan}+json`),
        ...(path.startsWith("/b") ? { body: { name: "x" } } : {}),
      };
      expect([path, (await door.ask(path, asked)).status]).toEqual([path, 200]);
    }
  });

  test("is refused unless it was allowed", async () => {
    const { status, json } = await door.serving({ schemas: ["app"] }).ask("/bikes", accept(plan));
    expect({ status, json }).toMatchObject({
      status: 406,
      json: {
        message:
          'None of these media types are available: application/vnd.pgrst.plan+text; for="application/json"',
      },
    });
  });
});

describe("types that the database makes", () => {
  test.each<[path: string, accept: string, answer: readonly [contentType: string, text: string]]>([
    ["/rpc/page", "text/html", ["text/html", "<p>é</p>"]],
    ["/rpc/plain?name=Ada", "text/plain", ["text/plain; charset=utf-8", "Hi Ada"]],
    ["/rpc/plain?name=Ada", "application/json", ["application/json; charset=utf-8", '"Hi Ada"']],
    ["/rpc/plain?name=Ada", "*/*", ["application/json; charset=utf-8", '"Hi Ada"']],
    ["/rpc/plain_none", "text/plain", ["text/plain; charset=utf-8", ""]],
    ["/rpc/anything", "*/*", ["application/octet-stream", "any"]],
    ["/rpc/anything", "app/bingo", ["application/octet-stream", "any"]],
    ["/brands?order=id", "application/vnd.list", ["application/vnd.list", "Koga;Gazelle;Batavus;"]],
    ["/brands?id=eq.2", "application/vnd.list", ["application/vnd.list", "Gazelle;"]],
    ["/brands?id=eq.99", "application/vnd.list", ["application/vnd.list", ""]],
    ["/parts?select=sku,size&order=sku,size", "pg/out", ["pg/out", "(chain,1)\n(chain,2)\n(lamp,1)\n"]],
    ["/bikes?select=id,brands(id)&id=eq.1", "pg/out", ["pg/out", '(1,"{""id"": 1}")\n']],
    ["/only_key", "application/json", ["application/json; charset=utf-8", '{"own": true}']],
    [
      "/only_key?select=id&order=id",
      "application/json",
      ["application/json; charset=utf-8", '[{"id":1}, \n {"id":2}]'],
    ],
    ["/rpc/page", "image/gif, text/html;q=0.9, */*;q=0.1", ["text/html", "<p>é</p>"]],
  ])("%s as %s", async (path, type, [contentType, text]) => {
    const answer = await door.ask(path, accept(type));
    expect([answer.status, answer.headers.get("content-type"), answer.text]).toEqual([
      200,
      contentType,
      text,
    ]);
    expect(answer.headers.get("content-length")).toBe(String(Buffer.byteLength(text)));
  });

  test("bytes are bytes", async () => {
    const handler = await import("@offramp/supabase-shim/http");
    const serve = handler.createHandler(door.db, { schemas: ["app"], anonRole: "door_anon" });
    const bytes = async (path: string, init: RequestInit): Promise<number[]> => [
      ...new Uint8Array(await (await serve(new Request(`http://localhost${path}`, init))).arrayBuffer()),
    ];
    expect(await bytes("/rpc/bytes", accept("application/octet-stream"))).toEqual([0, 255, 16]);
    expect(await bytes("/rpc/image", accept("image/png, */*"))).toEqual([0x89, 0x50]);
    const posted = {
      method: "POST",
      headers: { Accept: "application/octet-stream", "Content-Type": "application/octet-stream" },
      body: new Uint8Array([1, 0, 200]),
    };
    expect(await bytes("/rpc/raw_bytes", posted)).toEqual([1, 0, 200]);
  });

  test("a body for one unnamed parameter comes back", async () => {
    const asked = {
      method: "POST",
      headers: { "Content-Type": "text/plain", Accept: "text/plain" },
      body: "some é text",
    };
    expect((await door.ask("/rpc/raw_text", asked)).text).toBe("some é text");
  });

  test.each<[path: string, accept: string]>([
    ["/rpc/plain?name=Ada", "text/xml"],
    ["/rpc/plain_twice", "text/plain"],
    ["/brands?select=id", "application/vnd.list"],
    ["/brands?select=id,name", "application/vnd.list"],
    ["/bikes", "application/vnd.list"],
    ["/brands", "text/plain"],
  ])("%s is not there as %s", async (path, type) => {
    const { status, json } = await door.ask(path, accept(type));
    expect({ status, json }).toMatchObject({ status: 406, json: { code: "PGRST107" } });
  });
});

describe("Content-Type", () => {
  test.each(["text/unknowntype", "image/png", "text/html; charset=utf-8"])(
    "%s cannot be written",
    async (type) => {
      for (const path of ["/brands", "/rpc/add"]) {
        const { status, json } = await door.ask(path, {
          method: "POST",
          headers: { "Content-Type": type },
          body: "x",
        });
        expect({ status, json }).toEqual({
          status: 400,
          json: {
            code: "PGRST102",
            message: `Content-Type not acceptable: ${type}`,
            details: null,
            hint: null,
          },
        });
      }
    },
  );

  test("what a function takes as its body is no table's", async () => {
    const { status, json } = await door.ask("/brands", {
      method: "POST",
      headers: { "Content-Type": "text/plain" },
      body: "x",
    });
    expect({ status, json }).toMatchObject({
      status: 400,
      json: { message: "Content-Type not acceptable: text/plain" },
    });
  });
});
