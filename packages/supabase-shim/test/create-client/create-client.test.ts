import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { connect } from "@offramp/db";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { closeAll, createClient } from "../../src/index.ts";
import { logStatements } from "../statement-log.ts";
import { testDatabase, type TestDatabase } from "../test-database.ts";

const KEY = "service-key-not-to-be-shown";
const SUPABASE_URL = "https://abcdefghijklmnop.supabase.co";

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase("create table t (id int primary key); insert into t values (1)");
});

afterAll(async () => {
  await closeAll();
  await database.close();
});

afterEach(() => vi.unstubAllEnvs());

/** What createClient throws. */
function refusal(...args: Parameters<typeof createClient>): Error {
  try {
    createClient(...args);
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("createClient() took it.");
}

describe("targets", () => {
  test("a postgres:// URL, and postgresql://", async () => {
    for (const url of [database.url, database.url.replace(/^postgres:/, "postgresql:")]) {
      expect((await createClient(url, KEY).from("t").select()).data).toEqual([{ id: 1 }]);
    }
  });

  test("a handle from connect()", async () => {
    expect((await createClient(database.db).from("t").select()).data).toEqual([{ id: 1 }]);
  });

  test("the old https:// URL, for which the environment says where the database is", async () => {
    vi.stubEnv("DATABASE_URL", database.url);
    expect((await createClient(SUPABASE_URL, KEY).from("t").select()).data).toEqual([{ id: 1 }]);
    expect((await createClient("http://localhost:54321", KEY).from("t").select()).data).toEqual([{ id: 1 }]);
  });

  test("the old URL where the environment says nothing: what to set", () => {
    vi.stubEnv("DATABASE_URL", undefined);
    vi.stubEnv("DATABASE_SECRET_ID", undefined);
    const { message } = refusal(SUPABASE_URL, KEY);
    expect(message).toContain("neither DATABASE_URL nor DATABASE_SECRET_ID is set");
    expect(message).toContain("Set DATABASE_URL to postgres://user:password@host:5432/database");
    expect(message).not.toContain(KEY);
  });

  test("the environment's database may change between clients", async () => {
    vi.stubEnv("DATABASE_URL", database.url);
    const first = createClient(SUPABASE_URL, KEY);
    const other = await testDatabase("create table t (id int primary key); insert into t values (2)");
    vi.stubEnv("DATABASE_URL", other.url);
    const second = createClient(SUPABASE_URL, KEY);
    expect((await first.from("t").select()).data).toEqual([{ id: 1 }]);
    expect((await second.from("t").select()).data).toEqual([{ id: 2 }]);
    await closeAll();
    await other.close();
  });

  test.each([
    "mysql://localhost/db",
    "localhost:5432",
    "clinic",
    "file:///etc/passwd",
    "javascript:alert(1)",
  ])("%s is none, and the error says what is", (target) => {
    expect(refusal(target, KEY).message).toMatch(/^Invalid supabaseUrl: give a postgres:\/\/ URL/);
  });

  test("what supabase-js requires, in its words", () => {
    expect(refusal("", KEY).message).toBe("supabaseUrl is required.");
    expect(refusal(undefined as never, KEY).message).toBe("supabaseUrl is required.");
    expect(refusal(SUPABASE_URL).message).toBe("supabaseKey is required.");
    expect(refusal(SUPABASE_URL, "").message).toBe("supabaseKey is required.");
  });
});

describe("errors keep secrets", () => {
  const PASSWORD = "pa55word-not-to-be-shown";

  test.each([
    `postgres://ann:${PASSWORD}@localhost:99999/clinic`,
    `postgres://ann:${PASSWORD}@/clinic?sslmode=maybe`,
    `postgres://ann:${PASSWORD}@localhost/clinic?nonsense=1`,
    `mysql://ann:${PASSWORD}@localhost/clinic`,
  ])("of a target that cannot be used: %s", (target) => {
    const error = refusal(target, KEY);
    const text = `${error.message} ${String(error.stack)} ${JSON.stringify(error)}`;
    expect(text).not.toContain(PASSWORD);
    expect(text).not.toContain(KEY);
  });

  test("of a server that is not there, or a token that cannot be verified", async () => {
    const token = `eyJhbGciOiJIUzI1NiJ9.${Buffer.from('{"role":"admin"}').toString("base64url")}.c2lnbmF0dXJl`;
    const down = createClient(`postgres://ann:${PASSWORD}@127.0.0.1:1/clinic`, KEY);
    const withToken = createClient(database.url, KEY, {
      global: { headers: { Authorization: `Bearer ${token}` } },
    });
    for (const { data, error } of [await down.from("t").select(), await withToken.from("t").select()]) {
      expect(data).toBeNull();
      expect(error).not.toBeNull();
      expect(JSON.stringify(error)).not.toMatch(new RegExp(`${PASSWORD}|${KEY}|c2lnbmF0dXJl`));
    }
  });

  test("of keys and tokens whose rights cannot be had: nothing runs", async () => {
    const token = (role: string): string =>
      `eyJhbGciOiJIUzI1NiJ9.${Buffer.from(JSON.stringify({ role })).toString("base64url")}.c2lnbmF0dXJl`;
    const roleless = token("no_such_role_of_this_test");
    for (const client of [
      createClient(database.db, roleless, { watchSchema: false }),
      createClient(database.db, KEY, { accessToken: async () => token("authenticated"), watchSchema: false }),
    ]) {
      const { data, error } = await client.from("t").insert({ id: 99 }).select();
      expect(data).toBeNull();
      expect(error).not.toBeNull();
      expect(JSON.stringify(error)).not.toMatch(/c2lnbmF0dXJl|eyJ/);
    }
    expect(await database.column("select id from t")).toEqual(["1"]);
  });

  test("a client shows neither when it is printed", () => {
    const client = createClient(database.url, KEY);
    const password = new URL(database.url).password;
    expect(password).not.toBe("");
    expect(JSON.stringify(client)).not.toContain(password);
  });
});

describe("sharing", () => {
  const backends = (): Promise<readonly (string | null)[]> =>
    database.column(
      "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'sharing'",
    );

  test("clients of one URL share one pool, and what they know of the schema", async () => {
    const url = new URL(database.url);
    url.searchParams.set("application_name", "sharing");
    const clients = Array.from({ length: 50 }, () => createClient(url.href, KEY, { watchSchema: false }));
    for (const client of clients) await client.from("t").select().throwOnError();
    // One after the other they need one connection; a client each would have made 50.
    expect(Number((await backends())[0])).toBeLessThanOrEqual(3);
  });

  test("the schema is read once for all clients of one configuration", async () => {
    const log = logStatements(database.db);
    const reads = (): number => log.take().filter(({ on }) => on === "transaction").length;
    const make = (schemas?: readonly string[]) =>
      createClient(log.database, KEY, { watchSchema: false, ...(schemas === undefined ? {} : { schemas }) });
    await make().from("t").select().throwOnError();
    expect(reads()).toBeGreaterThan(0);
    await make().from("t").select().throwOnError();
    expect(reads()).toBe(0);
    await make(["public", "pg_catalog"]).from("t").select().throwOnError();
    expect(reads()).toBeGreaterThan(0);
  });

  test("calls that come at once while the schema loads wait for the one load", async () => {
    const log = logStatements(database.db);
    const client = createClient(log.database, KEY, { watchSchema: false });
    const answers = await Promise.all(Array.from({ length: 20 }, () => client.from("t").select()));
    expect(answers.map(({ data }) => data)).toEqual(Array.from({ length: 20 }, () => [{ id: 1 }]));
    const loads = log.take().filter(({ text }) => text.includes("set local search_path to ''"));
    expect(loads).toHaveLength(1);
  });

  test("nothing is opened before the first call", async () => {
    const log = logStatements(database.db);
    createClient(log.database, KEY, { watchSchema: false });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(log.take()).toEqual([]);
  });

  test("closeAll() closes what URLs opened, not a handle that was given, and a new client opens it again", async () => {
    const client = createClient(database.url, KEY, { watchSchema: false });
    await client.from("t").select().throwOnError();
    await closeAll();
    expect((await client.from("t").select()).error).toMatchObject({ code: "PGRST000" });
    expect((await createClient(database.url, KEY).from("t").select()).data).toEqual([{ id: 1 }]);
    expect((await createClient(database.db).from("t").select()).data).toEqual([{ id: 1 }]);
  });
});

describe("options", () => {
  test("db.schema is where tables are without schema(), and schemas are what schema() may name", async () => {
    await database.script("create schema if not exists other; create table if not exists other.u (id int)");
    const client = createClient(database.db, KEY, { db: { schema: "other" }, watchSchema: false });
    expect((await client.from("u").select()).data).toEqual([]);
    expect((await client.schema("public").from("t").select()).error).toMatchObject({
      code: "PGRST106",
      message: "Invalid schema: public",
      hint: "Only the following schemas are exposed: other",
    });
    const both = createClient(database.db, KEY, { schemas: ["public", "other"], watchSchema: false });
    expect((await both.schema("other").from("u").select()).data).toEqual([]);
    // As in supabase-js it is public, wherever that stands in the list; without it, it is the first.
    const later = createClient(database.db, KEY, { schemas: ["other", "public"], watchSchema: false });
    expect((await later.from("t").select()).data).toEqual([{ id: 1 }]);
    const without = createClient(database.db, KEY, { schemas: ["other"], watchSchema: false });
    expect((await without.from("u").select()).data).toEqual([]);
  });

  test.each(["timeout", "statementTimeout"] as const)("db.%s is a number of milliseconds", async (name) => {
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, "100", Symbol("4711")]) {
      expect(refusal(database.db, KEY, { db: { [name]: wrong } }).message).toMatch(
        new RegExp(`^db\\.${name} takes milliseconds from 0 to 2147483647, but was given`),
      );
    }
    // Below zero it is off, as in supabase-js.
    for (const off of [-1, 0, null, undefined]) {
      const client = createClient(database.db, KEY, { db: { [name]: off }, watchSchema: false });
      expect((await client.from("t").select()).data).toEqual([{ id: 1 }]);
    }
  });

  test("null stands for no options, as in supabase-js", async () => {
    const client = createClient(database.db, KEY, null as never);
    expect((await client.from("t").select()).data).toEqual([{ id: 1 }]);
  });

  test("what only supabase-js uses is taken and not used", async () => {
    const fetch = vi.fn<() => never>();
    const client = createClient(database.db, KEY, {
      auth: { persistSession: false },
      realtime: {},
      storage: {},
      global: { fetch, headers: { "x-app": "clinic" } },
    });
    expect((await client.from("t").select()).data).toEqual([{ id: 1 }]);
    expect(fetch).not.toHaveBeenCalled();
  });
});

test("an open client does not keep a process running", async () => {
  const script = `
    import { createClient } from ${JSON.stringify(new URL("../../src/index.ts", import.meta.url).href)};
    const { data } = await createClient(process.env.TARGET, "k").from("t").select();
    console.log(JSON.stringify(data));`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--conditions=@offramp/source", "--input-type=module", "--eval", script],
    {
      env: { ...process.env, TARGET: database.url },
      timeout: 15_000,
      cwd: fileURLToPath(new URL("../..", import.meta.url)),
    },
  );
  expect(stdout.trim()).toBe('[{"id":1}]');
});

test("a handle that was closed says so", async () => {
  const handle = connect({ url: database.url });
  const client = createClient(handle, KEY, { watchSchema: false });
  await client.from("t").select().throwOnError();
  await handle.close();
  expect((await client.from("t").select()).error?.message).toContain("closed with close()");
});
