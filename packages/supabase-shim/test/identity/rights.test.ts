import { connect, type Database } from "@offramp/db";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient, type SupabaseClient, type SupabaseClientOptions } from "../../src/index.ts";
import { hsToken, inSeconds, SECRET } from "./tokens.ts";
import { ADA, GRACE, userDatabase, type UserDatabase } from "./user-database.ts";

let database: UserDatabase;
/** May become the three roles, and has no rights of its own. */
let login: Database;
/** The owner of everything. */
let owner: Database;
/** May become no other role. */
let lone: Database;

beforeAll(async () => {
  database = await userDatabase();
  login = connect({ url: database.url, max: 3 });
  lone = connect({ url: database.loneUrl, max: 2 });
  owner = database.owner;
});

afterAll(async () => {
  await Promise.all([login.close(), lone.close()]);
  await database.close();
});

const anonKey = hsToken({ iss: "supabase", ref: "abc", role: "anon", iat: 1700000000, exp: 2000000000 });
const serviceKey = hsToken({
  iss: "supabase",
  ref: "abc",
  role: "service_role",
  iat: 1700000000,
  exp: 2000000000,
});
const adaToken = (claims: object = {}): string =>
  hsToken({ aud: "authenticated", role: "authenticated", sub: ADA, email: "ada@example.com", ...claims });

const jwt = { secret: SECRET };

function withToken(token: string, options: SupabaseClientOptions = {}): SupabaseClientOptions {
  return { jwt, ...options, global: { headers: { Authorization: `Bearer ${token}` } } };
}

async function facts(client: SupabaseClient): Promise<Record<string, unknown>> {
  const { data, error } = await client.rpc("call_facts", {}, { get: true });
  if (error !== null) throw new Error(`${error.code} ${error.message}`);
  return data as Record<string, unknown>;
}

const ids = (rows: readonly { readonly id: number }[] | null): number[] | undefined =>
  rows?.map(({ id }) => id);

describe("the key", () => {
  test.each([
    ["an anon key", anonKey],
    ["a publishable key", "sb_publishable_abc"],
    ["a token without a role", hsToken({ iss: "supabase" })],
  ])("%s runs as anon, on whatever connection", async (_what, key) => {
    for (const db of [login, owner]) {
      const client = createClient(db, key);
      expect(await facts(client)).toMatchObject({
        user: "anon",
        role: "anon",
        uid: null,
        claims: { role: "anon" },
      });
      // 42501 of a caller without a token asks for one.
      expect(await client.from("secrets").select()).toMatchObject({
        status: 401,
        error: { code: "42501", message: "permission denied for table secrets" },
      });
    }
  });

  test.each([
    ["a service role key", serviceKey],
    ["a secret key", "sb_secret_abc"],
  ])("%s runs as service_role where the connection may be that", async (_what, key) => {
    for (const db of [login, owner]) {
      const client = createClient(db, key);
      expect(await facts(client)).toMatchObject({ user: "service_role", role: "service_role" });
      expect(ids((await client.from("notes").select("id").order("id")).data)).toEqual([1, 2, 3]);
      expect((await client.from("secrets").select("body")).data).toEqual([{ body: "for the service" }]);
    }
  });

  test("a service key has the connection's own rights where it may not, and no more", async () => {
    const client = createClient(lone, serviceKey);
    expect(ids((await client.from("notes").select("id").order("id")).data)).toEqual([1, 2, 3]);
    expect(await client.from("secrets").select()).toMatchObject({ status: 403, error: { code: "42501" } });
  });

  test("an anon key never has the connection's own rights: where anon cannot be set, nothing runs", async () => {
    for (const key of [anonKey, "sb_publishable_abc"]) {
      const { data, error, status } = await createClient(lone, key).from("notes").select("id");
      expect({ data, status }).toEqual({ data: null, status: 401 });
      expect(error).toMatchObject({
        code: "OFF002",
        message: expect.stringContaining('the role "anon"') as unknown,
        hint: expect.stringContaining("supabaseCompat()") as unknown,
      });
    }
  });

  test.each([
    ["an opaque key", "service-key"],
    ["three words that are no token", "a.b.c"],
    ["no key", undefined],
  ])("%s has the connection's own rights", async (_what, key) => {
    expect(ids((await createClient(lone, key).from("notes").select("id").order("id")).data)).toEqual([
      1, 2, 3,
    ]);
    expect((await createClient(login, key).from("notes").select("id")).error?.code).toBe("42501");
  });

  test.each([
    "sb_temp_abc",
    "sb_publishable",
    anonKey.slice(0, 30),
    anonKey.split(".").slice(0, 2).join("."),
  ])("a Supabase key that cannot be read (%s) is refused when the client is made", (key) => {
    expect(() => createClient(owner, key)).toThrow(/begins like a Supabase key/);
  });

  test("white space around a key does not make it another", async () => {
    for (const key of [` ${anonKey}\n`, "\nsb_publishable_abc"]) {
      expect(await facts(createClient(owner, key))).toMatchObject({ user: "anon" });
    }
  });

  test("an empty key is a mistake, not no key", () => {
    expect(() => createClient(owner, "")).toThrow("supabaseKey is required.");
  });

  test("a key for another role runs as that role, if PostgreSQL lets the connection be it", async () => {
    const asUser = hsToken({ role: "authenticated", sub: ADA });
    expect(await facts(createClient(login, asUser))).toMatchObject({ user: "authenticated" });
    const refused = await createClient(lone, hsToken({ role: "pg_read_all_data" }))
      .from("secrets")
      .select();
    expect(refused).toMatchObject({ data: null, error: { code: "42501" } });
    const unknown = await createClient(owner, hsToken({ role: "nobody_at_all" }))
      .from("notes")
      .select();
    expect(unknown).toMatchObject({
      data: null,
      status: 401,
      error: { code: "22023", message: 'role "nobody_at_all" does not exist' },
    });
  });

  test('a key for the role "none" does not get the connection\'s own rights', async () => {
    const { data, error } = await createClient(owner, hsToken({ role: "none" }))
      .from("notes")
      .select();
    expect({ data, code: error?.code }).toEqual({ data: null, code: "OFF002" });
  });

  test("a key's other claims reach policies only if it verifies", async () => {
    const key = hsToken({ role: "authenticated", sub: ADA });
    const forged = hsToken({ role: "authenticated", sub: ADA }, "x".repeat(40));
    const count = async (client: SupabaseClient): Promise<unknown> =>
      (await client.from("notes").select("*", { count: "exact", head: true })).count;
    expect(await count(createClient(login, key, { jwt }))).toBe(2);
    expect(await count(createClient(login, key))).toBe(0);
    expect(await count(createClient(login, forged, { jwt }))).toBe(0);
    expect(await facts(createClient(login, forged, { jwt }))).toMatchObject({
      claims: { role: "authenticated" },
    });
  });

  test("role anon that is made while the client runs is found", async () => {
    // The same check as for a role that was never there; here the connection is let in meanwhile.
    const client = createClient(lone, anonKey);
    expect((await client.from("notes").select("id")).error?.code).toBe("OFF002");
    const user = new URL(database.loneUrl).username;
    await owner.query({ text: `grant anon to "${user}"` });
    try {
      // Unknown names ask the database again at most once a second.
      await expect
        .poll(async () => (await client.from("notes").select("id")).error, { timeout: 5_000 })
        .toBeNull();
    } finally {
      await owner.query({ text: `revoke anon from "${user}"` });
    }
    // What the cache still believes does not count: PostgreSQL refuses.
    expect(await client.from("notes").select("id")).toMatchObject({ data: null, error: { code: "42501" } });
  });
});

describe("a user's token", () => {
  test("shows the user's own rows, from the client's header, the call's, and accessToken", async () => {
    const own = [1, 2];
    const read = async (client: SupabaseClient): Promise<number[] | undefined> =>
      ids((await client.from("notes").select("id").order("id")).data);
    expect(await read(createClient(login, anonKey, withToken(adaToken())))).toEqual(own);
    expect(await read(createClient(owner, serviceKey, withToken(adaToken())))).toEqual(own);
    expect(await read(createClient(login, "k", { jwt, accessToken: async () => adaToken() }))).toEqual(own);
    const perCall = createClient(login, anonKey, { jwt });
    const { data } = await perCall
      .from("notes")
      .select("id")
      .setHeader("Authorization", `Bearer ${adaToken()}`);
    expect(ids(data)).toEqual(own);
    expect(await read(perCall)).toEqual([]);
  });

  test("lets the user write own rows, and neither see nor change another's", async () => {
    const client = createClient(login, anonKey, withToken(adaToken()));
    expect(await client.from("notes").insert({ id: 10, body: "new" }).select()).toMatchObject({
      data: [{ id: 10, owner: ADA, body: "new" }],
      status: 201,
    });
    expect(await client.from("notes").insert({ id: 11, owner: GRACE, body: "hers" })).toMatchObject({
      status: 403,
      error: { code: "42501", message: 'new row violates row-level security policy for table "notes"' },
    });
    expect((await client.from("notes").update({ body: "mine now" }).eq("id", 3).select()).data).toEqual([]);
    expect((await client.from("notes").delete().eq("id", 3).select()).data).toEqual([]);
    expect((await client.from("notes").delete().eq("id", 10).select("id")).data).toEqual([{ id: 10 }]);
    expect(await database.column("select body from notes order by id")).toEqual([
      "ada 1",
      "ada 2",
      "grace 1",
    ]);
  });

  test("sets role, claims and the call's own facts, as on PostgREST", async () => {
    const client = createClient(login, anonKey, {
      ...withToken(adaToken()),
      global: { headers: { Authorization: `Bearer ${adaToken()}`, "X-Site": "clinic" } },
    });
    expect(await facts(client)).toEqual({
      user: "authenticated",
      uid: ADA,
      role: "authenticated",
      email: "ada@example.com",
      claims: { aud: "authenticated", role: "authenticated", sub: ADA, email: "ada@example.com" },
      method: "GET",
      path: "/rpc/call_facts",
      headers: { authorization: `Bearer ${adaToken()}`, "x-site": "clinic" },
    });
    const { data } = await client.rpc("call_facts_written").setHeader("x-request-id", "7");
    expect(data).toMatchObject({
      method: "POST",
      path: "/rpc/call_facts_written",
      headers: { "x-site": "clinic", "x-request-id": "7" },
    });
  });

  test("a role in another claim", async () => {
    const token = hsToken({ sub: ADA, app: { roles: ["x", "authenticated"] } });
    const client = createClient(
      login,
      anonKey,
      withToken(token, { jwt: { ...jwt, roleClaimKey: ".app.roles[1]" } }),
    );
    expect(await facts(client)).toMatchObject({ user: "authenticated", uid: ADA });
  });

  test.each<[string, () => string, string]>([
    ["with another signature", () => hsToken({ role: "service_role" }, "y".repeat(40)), "PGRST301"],
    ["that has expired", () => adaToken({ exp: inSeconds(-60) }), "PGRST303"],
    ["that is none", () => "abc", "PGRST301"],
    ["that is empty", () => "", "PGRST301"],
    ["for a role that does not exist", () => adaToken({ role: "nobody_at_all" }), "22023"],
    ["for no role", () => adaToken({ role: "none" }), "OFF002"],
  ])("a token %s fails the call, and nothing runs", async (_what, token, code) => {
    // Of all clients, the one with the most rights of its own.
    const client = createClient(owner, "service-key", { jwt, accessToken: async () => token() });
    const before = await database.column("select count(*) from notes");
    const calls = [
      client.from("notes").select(),
      client.from("notes").delete().gt("id", 0),
      client.rpc("call_facts"),
    ];
    for (const { data, error, status: got } of await Promise.all(calls)) {
      expect({ data, code: error?.code, status: got }).toEqual({ data: null, code, status: 401 });
    }
    expect(await database.column("select count(*) from notes")).toEqual(before);
  });

  test("a token for a role that the connection may not set fails the call, and nothing runs", async () => {
    const client = createClient(lone, "service-key", withToken(adaToken()));
    expect(await client.from("notes").select()).toMatchObject({
      data: null,
      status: 403,
      error: { code: "42501", message: 'permission denied to set role "authenticated"' },
    });
    const superuser = createClient(
      login,
      "k",
      withToken(hsToken({ role: new URL(database.ownerUrl).username })),
    );
    expect(await superuser.from("secrets").select()).toMatchObject({ data: null, error: { code: "42501" } });
  });

  test("without the option jwt every token is refused", async () => {
    const headers = { Authorization: `Bearer ${adaToken()}` };
    const client = createClient(owner, serviceKey, { global: { headers } });
    expect(await client.from("notes").select()).toMatchObject({
      data: null,
      status: 500,
      error: { code: "PGRST300", message: "Server lacks JWT secret" },
    });
  });

  test("another scheme than Bearer is no token: anon, not the key's rights", async () => {
    const client = createClient(owner, serviceKey, {
      jwt,
      global: { headers: { Authorization: "undefined" } },
    });
    expect(await facts(client)).toMatchObject({ user: "anon" });
  });

  test("nobody signed in has the key's rights", async () => {
    const client = createClient(login, anonKey, { jwt, accessToken: async () => null });
    expect(await facts(client)).toMatchObject({ user: "anon" });
  });

  test("the anon key sent as the token counts as the key; another key does not become a password", async () => {
    expect(
      await facts(
        createClient(login, anonKey, { global: { headers: { Authorization: `Bearer ${anonKey}` } } }),
      ),
    ).toMatchObject({ user: "anon" });
    for (const key of ["service-key", serviceKey, "sb_secret_abc"]) {
      const client = createClient(owner, key, { global: { headers: { Authorization: `Bearer ${key}` } } });
      expect(await client.from("notes").select()).toMatchObject({ data: null, error: { code: "OFF002" } });
    }
    expect(await facts(createClient(owner, serviceKey, withToken(serviceKey)))).toMatchObject({
      user: "service_role",
    });
  });

  test("an accessToken() that fails fails the call", async () => {
    const client = createClient(owner, serviceKey, {
      jwt,
      accessToken: () => Promise.reject(new Error("offline")),
    });
    expect(await client.from("notes").select()).toMatchObject({ data: null, error: { code: "OFF002" } });
  });

  test.each([4711, {}, true])("an accessToken() that gives no text fails the call: %j", async (given) => {
    for (const options of [{}, { jwt }]) {
      const client = createClient(owner, serviceKey, { ...options, accessToken: async () => given as never });
      const { data, error } = await client.from("notes").select();
      expect({ data, code: error?.code }).toEqual({ data: null, code: "OFF002" });
      expect(error?.message).toMatch(/^accessToken\(\) gave an? (number|object|boolean), which is no token/);
    }
  });

  test("a wrong jwt option is told when the client is made", () => {
    expect(() => createClient(owner, "k", { jwt: { secret: "short" } })).toThrow(/at least 32 bytes/);
    expect(() => createClient(owner, "k", { jwt: { ...jwt, roleClaimKey: "role" } })).toThrow(/roleClaimKey/);
  });
});

describe("withClaims", () => {
  test("runs calls as the claims' role, on the same pool, and leaves the client as it was", async () => {
    const service = createClient(login, serviceKey);
    const asAda = service.withClaims({ role: "authenticated", sub: ADA });
    const asGrace = asAda.withClaims({ role: "authenticated", sub: GRACE });
    const reads = await Promise.all(
      [asAda, asGrace, service].map((each) => each.from("notes").select("id").order("id")),
    );
    expect(reads.map(({ data }) => ids(data))).toEqual([[1, 2], [3], [1, 2, 3]]);
    expect(ids((await asAda.schema("public").from("notes").select("id").order("id")).data)).toEqual([1, 2]);
    expect(await facts(asAda)).toMatchObject({ claims: { role: "authenticated", sub: ADA } });
  });

  test("anon asks for a token where rights are missing; another role is forbidden", async () => {
    const client = createClient(login, serviceKey);
    expect((await client.withClaims({ role: "anon" }).from("secrets").select()).status).toBe(401);
    expect((await client.withClaims({ role: "authenticated" }).from("secrets").select()).status).toBe(403);
  });

  test("takes the place of the client's token, and gives way to one on the call", async () => {
    const client = createClient(login, anonKey, withToken(adaToken()));
    const asGrace = client.withClaims({ role: "authenticated", sub: GRACE });
    expect(ids((await asGrace.from("notes").select("id")).data)).toEqual([3]);
    const { data } = await asGrace
      .from("notes")
      .select("id")
      .order("id")
      .setHeader("authorization", `Bearer ${adaToken()}`);
    expect(ids(data)).toEqual([1, 2]);
  });

  test("later changes of the object reach nothing", async () => {
    const claims = { role: "authenticated", sub: ADA };
    const client = createClient(owner, serviceKey).withClaims(claims);
    claims.role = "service_role";
    expect(await facts(client)).toMatchObject({ user: "authenticated" });
  });

  test("claims without a role, or that are no JSON, are refused at once", () => {
    const client = createClient(owner, serviceKey);
    for (const claims of [{}, { role: "" }, { role: 7 }, null, { role: "anon", big: 1n }]) {
      expect(() => client.withClaims(claims as { role: string })).toThrow(TypeError);
    }
  });

  test.each([
    ["none", "OFF002"],
    ["nobody_at_all", "22023"],
    ["authenticated\0", "22021"],
    ['authenticated"; drop table notes; --', "22023"],
  ])("the role %j cannot be set, and nothing runs", async (role, code) => {
    const client = createClient(owner, serviceKey).withClaims({ role });
    for (const call of [client.from("notes").select(), client.from("notes").delete().gt("id", 0).select()]) {
      const { data, error } = await call;
      expect({ data, code: error?.code }).toEqual({ data: null, code });
    }
    expect(await database.column("select count(*) from notes")).toEqual(["3"]);
  });

  test("claims that hold NUL show no row: what reads them fails", async () => {
    const client = createClient(owner, serviceKey).withClaims({ role: "authenticated", sub: `${ADA}\0` });
    expect(await client.from("notes").select()).toMatchObject({ data: null, error: { code: "22P05" } });
    expect(await client.from("notes").delete().gt("id", 0)).toMatchObject({
      data: null,
      error: { code: "22P05" },
    });
    expect(await database.column("select count(*) from notes")).toEqual(["3"]);
  });

  test("headers are visible to policies", async () => {
    const anon = createClient(login, anonKey);
    expect(ids((await anon.from("notes").select("id")).data)).toEqual([]);
    expect(
      ids((await anon.from("notes").select("id").order("id").setHeader("X-Site", "clinic")).data),
    ).toEqual([1, 2, 3]);
  });
});
