import { execFile } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { connect } from "@offramp/db";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { createClient, type SupabaseClient } from "../../src/index.ts";
import { loadedFor, observations } from "./observations.ts";
import { schemaDatabase, type SchemaDatabase } from "./schema-database.ts";
import { watchedDatabase } from "./watched-database.ts";

/** A little more than the shortest time between two reloads. */
const NEXT_RELOAD_MS = 1_050;

let schema: SchemaDatabase;

beforeAll(async () => {
  schema = await schemaDatabase("create table known (id int primary key); insert into known values (1)");
});

afterAll(() => schema.close());

afterEach(() => void vi.restoreAllMocks());

/** A client with a schema cache of its own, which learns of changes by stale names only. */
function freshClient(): SupabaseClient {
  return createClient(watchedDatabase(schema.db).database, undefined, { watchSchema: false });
}

/** Moves the clock that reloads are spaced by. */
function whenItMayReload(): void {
  const later = performance.now() + NEXT_RELOAD_MS;
  vi.restoreAllMocks();
  const started = performance.now();
  const real = performance.now.bind(performance);
  vi.spyOn(performance, "now").mockImplementation(() => later + real() - started);
}

describe("a stale name", () => {
  test("of a table that was made since is found", async () => {
    const supabase = freshClient();
    await supabase.from("known").select().throwOnError();
    await schema.run("create table new_table (id int primary key); insert into new_table values (7)");
    whenItMayReload();
    expect((await supabase.from("new_table").select()).data).toEqual([{ id: 7 }]);
  });

  test("of a function, a relationship and a column to write", async () => {
    const supabase = freshClient();
    await supabase.from("known").select().throwOnError();
    await schema.run("create function made() returns int language sql as 'select 1'");
    whenItMayReload();
    expect((await supabase.rpc("made")).data).toBe(1);
    await schema.run("create table children (id int primary key, known_id int references known)");
    whenItMayReload();
    const embedded = await supabase.from("known").select("id, children(id)");
    expect(embedded.data).toEqual([{ id: 1, children: [] }]);
    await schema.run("alter table children add column label text");
    whenItMayReload();
    const written = await supabase.from("children").insert({ id: 1, label: "new" }).select("label");
    expect(written.data).toEqual([{ label: "new" }]);
  });

  test("reloads at most once a second, whoever asks", async () => {
    const watched = watchedDatabase(schema.db);
    const supabase = createClient(watched.database, undefined, { watchSchema: false });
    await supabase.from("known").select().throwOnError();
    whenItMayReload();
    const calls = Array.from({ length: 30 }, (_, index) => supabase.from(`none_${index}`).select());
    const codes = (await Promise.all(calls)).map(({ error }) => error?.code);
    expect(new Set(codes)).toEqual(new Set(["PGRST205"]));
    expect(watched.loads).toBe(2);
  });

  test("that PostgreSQL no longer knows is resolved anew, and the call runs again", async () => {
    await schema.run(`
      create table writers (id int primary key, name text);
      create table books (id int primary key, author_id int references writers);
      insert into writers values (1, 'Ann'); insert into books values (10, 1);
    `);
    const supabase = freshClient();
    const read = () => supabase.from("books").select("id, writers(name)");
    expect((await read()).data).toEqual([{ id: 10, writers: { name: "Ann" } }]);
    await schema.run("alter table books rename column author_id to writer_id");
    whenItMayReload();
    expect(await read()).toMatchObject({ error: null, data: [{ id: 10, writers: { name: "Ann" } }] });
  });

  test("of a table that is gone is reported as unknown", async () => {
    await schema.run("create table short_lived (id int)");
    const supabase = freshClient();
    await supabase.from("short_lived").select().throwOnError();
    await schema.run("drop table short_lived");
    whenItMayReload();
    expect((await supabase.from("short_lived").select()).error?.code).toBe("PGRST205");
  });

  test("in a function's body, where no other statement helps, is not run twice", async () => {
    await schema.run(`
      create sequence runs;
      create function broken() returns int language plpgsql as
        'begin perform nextval(''runs''); return (select 1 from nowhere); end'
    `);
    const supabase = freshClient();
    whenItMayReload();
    expect((await supabase.rpc("broken")).error?.code).toBe("42P01");
    expect(await schema.column("select last_value from runs")).toEqual(["1"]);
  });
});

describe("a changed type", () => {
  test("of a function's parameter: the call that wrote nothing runs again, once", async () => {
    await schema.run(`
      create table notes (body text);
      create function note(body int) returns void language sql as 'insert into notes values (body::text)';
    `);
    const supabase = freshClient();
    await supabase.rpc("note", { body: "1" }).throwOnError();
    await schema.run(`
      drop function note(int);
      create function note(body text) returns void language sql as 'insert into notes values (body)';
    `);
    whenItMayReload();
    expect(await supabase.rpc("note", { body: "2" })).toMatchObject({ error: null });
    expect(await schema.column("select body from notes")).toEqual(["1", "2"]);
  });

  test("of a column that is written", async () => {
    await schema.run("create table counts (id int primary key, amount text)");
    const supabase = freshClient();
    await supabase.from("counts").insert({ id: 1, amount: "10" }).throwOnError();
    await schema.run("alter table counts alter amount type int using amount::int");
    whenItMayReload();
    expect(await supabase.from("counts").insert({ id: 2, amount: "20" })).toMatchObject({ error: null });
    expect(await schema.column("select amount from counts order by id")).toEqual(["10", "20"]);
  });
});

describe("NOTIFY pgrst", () => {
  test("reload schema, and an empty payload, reload; reload config does not", async () => {
    const db = connect({ url: schema.url });
    const { observe, next, seen } = observations();
    const supabase = createClient(db, undefined, { observe });
    await supabase.from("known").select().throwOnError();
    for (const payload of ["'reload schema'", "''"]) {
      const reloaded = next(loadedFor("notification"));
      await schema.run(`notify pgrst, ${payload}`);
      expect(await reloaded).toMatchObject({ changed: false });
    }
    const before = seen.length;
    await schema.run("notify pgrst, 'reload config'; notify other, 'reload schema'");
    await delay(NEXT_RELOAD_MS);
    expect(seen.length).toBe(before);
    await db.close();
  });

  test("makes a new column part of `*` in a plan that is in use", async () => {
    const db = connect({ url: schema.url });
    const { observe, next } = observations();
    await schema.run("create table growing (id int); insert into growing values (1)");
    const supabase = createClient(db, undefined, { observe });
    await supabase.from("growing").select("*, id.count()").throwOnError();
    const reloaded = next(loadedFor("notification"));
    await schema.run("alter table growing add column extra text; notify pgrst, 'reload schema'");
    expect(await reloaded).toMatchObject({ changed: true });
    const { data } = await supabase.from("growing").select("*, id.count()");
    expect(data).toEqual([{ id: 1, extra: null, count: 1 }]);
    await db.close();
  });

  test("swaps the old cache for the new at once: until all of it is read, calls are answered from the old", async () => {
    const watched = watchedDatabase(connect({ url: schema.url }));
    const { observe, next } = observations();
    await schema.run(
      "create table houses (id int primary key, street text); insert into houses values (1, 'Elm')",
    );
    const supabase = createClient(watched.database, undefined, { observe });
    const chains = [
      () => supabase.from("houses").select("*, id.count()"),
      () => supabase.from("houses").select("id, rooms(id)"),
    ];
    await Promise.all(chains.map((chain) => chain()));
    const old = { data: [{ id: 1, street: "Elm", count: 1 }] };
    const loads = watched.loads;
    let finish: (() => void) | undefined;
    watched.holdLoads = new Promise((resolve) => (finish = resolve));
    const reloaded = next(loadedFor("notification"));
    await schema.run(`alter table houses add column height int;
      create table rooms (id int primary key, house_id int references houses); insert into rooms values (7, 1);
      notify pgrst, 'reload schema'`);
    await expect.poll(() => watched.loads, { timeout: 10_000 }).toBeGreaterThan(loads);
    for (let round = 0; round < 10; round += 1) expect(await chains[0]?.()).toMatchObject(old);
    finish?.();
    expect(await reloaded).toMatchObject({ changed: true });
    const answers = await Promise.all(chains.map((chain) => chain()));
    expect(answers).toMatchObject([
      { data: [{ id: 1, street: "Elm", height: null, count: 1 }] },
      { data: [{ id: 1, rooms: [{ id: 7 }] }] },
    ]);
    await watched.database.close();
  });

  test("many at once are one reload, and one more for those that came while it ran", async () => {
    const db = connect({ url: schema.url });
    const { observe, next, seen } = observations();
    await createClient(db, undefined, { observe }).from("known").select().throwOnError();
    const reloaded = next(loadedFor("notification"));
    for (let index = 0; index < 20; index += 1) await schema.run("notify pgrst");
    await reloaded;
    await delay(2 * NEXT_RELOAD_MS);
    expect(seen.filter(loadedFor("notification")).length).toBeLessThanOrEqual(2);
    await db.close();
  });

  test("keeps no process running that has nothing else to do", async () => {
    const program = fileURLToPath(new URL("programs/call-and-end.ts", import.meta.url));
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--conditions=@offramp/source", program, schema.url],
      { timeout: 10_000 },
    );
    expect(JSON.parse(stdout)).toEqual([{ id: 1 }]);
  });

  test("is heard again after the connection was lost, and what it missed is read", async () => {
    const db = connect({ url: schema.url });
    const { observe, next } = observations();
    await createClient(db, undefined, { observe }).from("known").select().throwOnError();
    const reloaded = next(loadedFor("notification"));
    await schema.run(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and query ilike 'listen%'`,
    );
    expect(await reloaded).toMatchObject({ source: "database" });
    const heard = next(loadedFor("notification"));
    await schema.run("notify pgrst");
    expect(await heard).toMatchObject({ changed: false });
    await db.close();
  });
});

describe("what goes wrong", () => {
  test("a failed reload keeps the old cache, and is told", async () => {
    const watched = watchedDatabase(schema.db);
    const { observe, seen } = observations();
    const supabase = createClient(watched.database, undefined, { watchSchema: false, observe });
    await supabase.from("known").select().throwOnError();
    whenItMayReload();
    watched.refuseLoads = true;
    expect((await supabase.from("unheard_of").select()).error?.code).toBe("PGRST205");
    expect((await supabase.from("known").select()).data).toEqual([{ id: 1 }]);
    expect(seen.at(-1)).toMatchObject({ kind: "schemaLoadFailed", reason: "stale name" });
  });

  test("a first load that fails is an error of the call, and the next call tries again", async () => {
    const watched = watchedDatabase(schema.db);
    const supabase = createClient(watched.database, undefined, { watchSchema: false });
    watched.refuseLoads = true;
    expect((await supabase.from("known").select()).error?.message).toContain("the catalog cannot be read");
    watched.refuseLoads = false;
    expect((await supabase.from("known").select()).data).toEqual([{ id: 1 }]);
  });

  test("where LISTEN is impossible, calls work and it is told", async () => {
    const watched = watchedDatabase(schema.db);
    watched.refuseListen = true;
    const { observe, seen } = observations();
    const supabase = createClient(watched.database, undefined, { observe });
    expect((await supabase.from("known").select()).data).toEqual([{ id: 1 }]);
    expect(seen.map(({ kind }) => kind)).toEqual(["schemaWatchFailed", "schemaLoaded"]);
  });

  test("calls that come together share one load", async () => {
    const watched = watchedDatabase(schema.db);
    const supabase = createClient(watched.database, undefined, { watchSchema: false });
    const calls = Array.from({ length: 20 }, () => supabase.from("known").select());
    for (const { data } of await Promise.all(calls)) expect(data).toEqual([{ id: 1 }]);
    expect(watched.loads).toBe(1);
  });

  test("inside a transaction a refused statement stands: nothing can follow it", async () => {
    await schema.run("create table moved (id int primary key, old_name int references known)");
    const supabase = freshClient();
    await supabase.from("moved").select("id, known(id)").throwOnError();
    await schema.run("alter table moved rename column old_name to new_name");
    whenItMayReload();
    const call = supabase.transaction(async (tx) => {
      const { error } = await tx.from("moved").select("id, known(id)");
      return error?.code;
    });
    await expect(call).rejects.toMatchObject({ code: "42703" });
    expect((await supabase.from("moved").select("id, known(id)")).error).toBeNull();
  });
});
