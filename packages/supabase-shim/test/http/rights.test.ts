import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { as, type Door, openDoor, tokenOf } from "./door.ts";
import { WORKSHOP } from "./workshop.ts";

let door: Door;

beforeAll(async () => {
  door = await openDoor(WORKSHOP + POLICIES, { schemas: ["app"], transactionEnd: "rollback" });
});

afterAll(() => door.close());

const POLICIES = `
create table app.diaries (id int primary key, owner text not null, line text);
insert into app.diaries values (1, 'ada', 'one'), (2, 'bob', 'two'), (3, 'ada', 'three');
alter table app.diaries enable row level security;
create policy own on app.diaries to door_user using (owner = current_setting('request.jwt.claims', true)::json ->> 'sub')
  with check (owner = current_setting('request.jwt.claims', true)::json ->> 'sub');
grant all on app.diaries to door_user;
create table app.secrets (id int);

create function app.check_request() returns void language plpgsql as $$
begin
  if current_setting('request.headers', true)::json ->> 'x-block' = 'yes' then
    raise exception 'blocked' using errcode = 'PT403';
  end if;
  if current_setting('request.headers', true)::json ->> 'x-user' = 'yes' then set local role door_user; end if;
  perform set_config('response.headers', '[{"X-Checked": "' || current_user || '"}, {"Cache-Control": "no-store"}]', true);
end $$;
create schema extra;
grant usage on schema extra to door_anon;
create function extra.helper() returns text immutable language sql as $$ select 'helped' $$;
create function app.use_helper() returns text language plpgsql stable as $$ begin return helper(); end $$;
create function app.slow() returns void language sql stable as $$ select pg_sleep(5) $$;
`;

describe("tokens", () => {
  const token = (claims: Readonly<Record<string, unknown>>): ReturnType<Door["ask"]> =>
    door.ask("/rpc/who", { headers: as(claims) });

  test("name the role, and none is the anonymous one's", async () => {
    expect((await token({ role: "door_user" })).json).toBe("door_user");
    expect((await token({ sub: "x" })).json).toBe("door_anon");
    expect((await door.ask("/rpc/who", { headers: { Authorization: "Basic abc" } })).json).toBe("door_anon");
    expect((await door.ask("/rpc/who")).json).toBe("door_anon");
  });

  test.each<[header: string, error: readonly [code: string, message: string]]>([
    ["Bearer ", ["PGRST301", "Empty JWT is sent in Authorization header"]],
    ["Bearer a.b", ["PGRST301", "Expected 3 parts in JWT; got 2"]],
    [`Bearer ${tokenOf({ role: "door_user" })}x`, ["PGRST301", "No suitable key or wrong key type"]],
    [`Bearer ${tokenOf({ role: "door_user", exp: 1 })}`, ["PGRST303", "JWT expired"]],
  ])("%s is refused", async (Authorization, [code, message]) => {
    // Before anything else is looked at.
    for (const path of ["/rpc/who", "/nowhere/at/all"]) {
      const { status, json, headers } = await door.ask(path, { headers: { Authorization } });
      expect({ status, json }).toMatchObject({ status: 401, json: { code, message } });
      expect(headers.get("www-authenticate")).toBe(
        `Bearer error="invalid_token", error_description=${JSON.stringify(message)}`,
      );
    }
  });

  test("a role that is not there", async () => {
    const { status, json, headers } = await token({ role: "door_nobody" });
    expect({ status, json }).toMatchObject({
      status: 401,
      json: { code: "22023", message: 'role "door_nobody" does not exist' },
    });
    expect(headers.get("www-authenticate")).toBe("Bearer");
  });

  test("without an anonymous role a token is asked for, and without a secret none is taken", async () => {
    const { createHandler } = await import("@offramp/supabase-shim/http");
    const closed = createHandler(door.db, { schemas: ["app"] });
    const without = await closed(new Request("http://localhost/items"));
    expect([without.status, await without.json()]).toMatchObject([
      401,
      { code: "PGRST302", message: "Anonymous access is disabled" },
    ]);
    expect(without.headers.get("www-authenticate")).toBe("Bearer");
    const withToken = await closed(
      new Request("http://localhost/items", { headers: as({ role: "door_user" }) }),
    );
    expect([withToken.status, await withToken.json()]).toMatchObject([
      500,
      { code: "PGRST300", message: "Server lacks JWT secret" },
    ]);
  });
});

describe("rights", () => {
  test("are the role's: 401 for those who may still say who they are, 403 for the others", async () => {
    const anonymous = await door.ask("/secrets");
    expect([anonymous.status, anonymous.json]).toMatchObject([401, { code: "42501" }]);
    expect(anonymous.headers.get("www-authenticate")).toBe("Bearer");
    const known = await door.ask("/secrets", { headers: as({ role: "door_user" }) });
    expect([known.status, known.headers.get("www-authenticate")]).toEqual([403, null]);
  });

  test("policies see the claims", async () => {
    const ada = { headers: as({ role: "door_user", sub: "ada" }) };
    expect((await door.ask("/diaries?select=id&order=id", ada)).json).toEqual([{ id: 1 }, { id: 3 }]);
    const counted = await door.ask("/diaries", {
      method: "HEAD",
      headers: { ...ada.headers, Prefer: "count=exact" },
    });
    expect(counted.headers.get("content-range")).toBe("0-1/2");
    const written = await door.ask("/diaries", { method: "POST", ...ada, body: { id: 9, owner: "bob" } });
    expect([written.status, written.json]).toMatchObject([403, { code: "42501" }]);
    const removed = await door.ask("/diaries?id=eq.2", {
      method: "DELETE",
      headers: { ...ada.headers, Prefer: "return=representation" },
    });
    expect([removed.status, removed.json]).toEqual([200, []]);
  });

  test("one call's rights are not the next one's", async () => {
    const roles = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        const asked = index % 2 === 0 ? { headers: as({ role: "door_user" }) } : {};
        return (await door.ask("/rpc/who", asked)).json;
      }),
    );
    expect(roles).toEqual(roles.map((_, index) => (index % 2 === 0 ? "door_user" : "door_anon")));
    const [row] = await door.db.query({
      text: "select current_user = session_user as own, current_setting('request.jwt.claims', true) as claims",
    });
    expect(row).toMatchObject({ own: "t" });
    expect(row?.["claims"] ?? "").toBe("");
  });
});

describe("the function before each call", () => {
  const checked = (): Pick<Door, "ask"> =>
    door.serving({ schemas: ["app"], transactionEnd: "rollback", preRequest: "app.check_request" });

  test("can refuse a call", async () => {
    const { status, json } = await checked().ask("/items", { headers: { "X-Block": "yes" } });
    expect({ status, json }).toMatchObject({ status: 403, json: { code: "PT403", message: "blocked" } });
  });

  test("can change its rights", async () => {
    expect((await checked().ask("/rpc/who", { headers: { "X-User": "yes" } })).json).toBe("door_user");
  });

  test.each<[method: string, path: string, body?: unknown]>([
    ["GET", "/items?limit=1"],
    ["HEAD", "/items?limit=1"],
    ["POST", "/items", { id: 77 }],
    ["PATCH", "/items?id=eq.1", { id: 78 }],
    ["PUT", "/items?id=eq.1", { id: 1 }],
    ["DELETE", "/items?id=eq.1"],
    ["POST", "/rpc/add", { a: 1, b: 2 }],
  ])("sets headers on %s %s", async (method, path, body) => {
    const { headers } = await checked().ask(path, { method, ...(body === undefined ? {} : { body }) });
    expect([headers.get("x-checked"), headers.get("cache-control")]).toEqual(["door_anon", "no-store"]);
  });

  test("that is not there fails every call", async () => {
    const { status, json } = await door
      .serving({ schemas: ["app"], preRequest: "app.nowhere" })
      .ask("/items");
    expect({ status, json }).toMatchObject({ status: 404, json: { code: "42883" } });
  });
});

describe("the search path", () => {
  test("is the schema's, and what was configured", async () => {
    const path = (config: Parameters<Door["serving"]>[0]): Promise<unknown> =>
      door
        .serving({ schemas: ["app"], ...config })
        .ask("/rpc/path_now")
        .then(({ json }) => json);
    expect(await path({ extraSearchPath: [] })).toBe('"app"');
    expect(await path({ extraSearchPath: ["extra", 'EXTRA "@/\\#~_-'] })).toBe(
      '"app", "extra", "EXTRA ""@/\\#~_-"',
    );
    expect(await path({})).toContain("app");
    const helped = door.serving({ schemas: ["app"], extraSearchPath: ["extra"] });
    expect((await helped.ask("/rpc/use_helper")).json).toBe("helped");
    expect(
      (await door.serving({ schemas: ["app"], extraSearchPath: [] }).ask("/rpc/use_helper")).status,
    ).toBe(404);
  });
});

describe("time", () => {
  test("a statement that takes too long is cancelled", async () => {
    const { status, json } = await door.serving({ schemas: ["app"], statementTimeout: 100 }).ask("/rpc/slow");
    expect({ status, json }).toMatchObject({ status: 500, json: { code: "57014" } });
  });

  test("a request that is given up is cancelled in the database", async () => {
    const { createHandler } = await import("@offramp/supabase-shim/http");
    const handler = createHandler(door.db, { schemas: ["app"], anonRole: "door_anon" });
    const started = Date.now();
    const response = await handler(
      new Request("http://localhost/rpc/slow", { signal: AbortSignal.timeout(200) }),
    );
    expect(response.status).toBe(499);
    expect(Date.now() - started).toBeLessThan(3000);
    const running =
      "select count(*)::text as n from pg_stat_activity where query like '%\"slow\"%' and state = 'active' and pid <> pg_backend_pid()";
    await expect.poll(async () => (await door.db.query({ text: running }))[0]?.["n"]).toBe("0");
  });
});
