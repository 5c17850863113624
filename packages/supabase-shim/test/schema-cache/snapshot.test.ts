import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "@offramp/db";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { createClient, type SchemaSnapshot, writeSchemaSnapshot } from "../../src/index.ts";
import { clinicDatabase, type ClinicDatabase } from "../clinic-database.ts";
import { observations } from "./observations.ts";
import { schemaDatabase, type SchemaDatabase } from "./schema-database.ts";
import { watchedDatabase } from "./watched-database.ts";

let schema: SchemaDatabase;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "offramp-snapshot-"));
  schema = await schemaDatabase(`
    create table authors (id int primary key, name text not null);
    create table books (id int primary key, author_id int references authors, title text default 'untitled');
    create view titles as select id, title, author_id from books;
    create function twice(n int) returns int immutable language sql as 'select 2 * n';
    insert into authors values (1, 'Ann'); insert into books values (1, 1, 'One');
  `);
});

afterAll(async () => {
  await rm(folder, { recursive: true });
  await schema.close();
});

/** The catalog with a change in it, which its fingerprint does not cover. */
function changed(snapshot: SchemaSnapshot, change: Partial<SchemaSnapshot>): SchemaSnapshot {
  return { ...snapshot, ...change };
}

describe("a client with a snapshot", () => {
  test("reads no catalog: tables, embeds, views and functions are known", async () => {
    const snapshot = await writeSchemaSnapshot(schema.db);
    const watched = watchedDatabase(schema.db);
    const { observe, seen } = observations();
    const supabase = createClient(watched.database, undefined, { schemaSnapshot: snapshot, observe });
    const { data } = await supabase.from("titles").select("title, authors(name)");
    expect(data).toEqual([{ title: "One", authors: { name: "Ann" } }]);
    expect((await supabase.rpc("twice", { n: 4 })).data).toBe(8);
    expect(watched.loads).toBe(0);
    expect(seen).toMatchObject([{ kind: "schemaLoaded", source: "snapshot", relations: 3 }]);
  });

  test("takes it from a file, which is equal to what was returned", async () => {
    const path = join(folder, "snapshot.json");
    const snapshot = await writeSchemaSnapshot(schema.db, { schemas: ["public"], path });
    expect(JSON.parse(await readFile(path, "utf8"))).toEqual(snapshot);
    const watched = watchedDatabase(schema.db);
    const supabase = createClient(watched.database, undefined, { schemaSnapshot: path, watchSchema: false });
    expect((await supabase.from("authors").select("name")).data).toEqual([{ name: "Ann" }]);
    expect(watched.loads).toBe(0);
  });

  test("reads the catalog when a name is not in it", async () => {
    const snapshot = await writeSchemaSnapshot(schema.db);
    await schema.run("create table later (id int primary key); insert into later values (3)");
    const watched = watchedDatabase(schema.db);
    const supabase = createClient(watched.database, undefined, {
      schemaSnapshot: snapshot,
      watchSchema: false,
    });
    expect((await supabase.from("later").select()).data).toEqual([{ id: 3 }]);
    expect(watched.loads).toBe(1);
    await schema.run("drop table later");
  });

  test("reads the catalog when the server is of another major version", async () => {
    const snapshot = changed(await writeSchemaSnapshot(schema.db), { serverVersion: "9.6.1" });
    const watched = watchedDatabase(schema.db);
    const { observe, seen } = observations();
    const supabase = createClient(watched.database, undefined, { schemaSnapshot: snapshot, observe });
    expect((await supabase.from("authors").select("name")).data).toEqual([{ name: "Ann" }]);
    expect(seen.map(({ kind }) => kind)).toEqual(["schemaSnapshotRefused", "schemaLoaded"]);
    expect(watched.loads).toBe(1);
  });

  test("takes its search path from the connection, not from where the snapshot was written", async () => {
    await schema.run(`
      create schema tools;
      create function tools.shout(authors) returns text stable language sql as 'select upper($1.name)';
    `);
    const snapshot = await writeSchemaSnapshot(schema.db);
    const elsewhere = connect({ url: schema.url });
    await elsewhere.query({
      text: "do $$ begin execute format('alter database %I set search_path = public, tools', current_database()); end $$",
    });
    await elsewhere.close();
    const db = connect({ url: schema.url });
    const supabase = createClient(db, undefined, { schemaSnapshot: snapshot, watchSchema: false });
    expect((await supabase.from("authors").select("shout")).data).toEqual([{ shout: "ANN" }]);
    await db.close();
    await schema.run(
      "do $$ begin execute format('alter database %I reset search_path', current_database()); end $$",
    );
  });
});

test("a snapshot says nothing of the connection that wrote it", async () => {
  const role = `snapshot_writer_${process.pid}`;
  await schema.run(`create role ${role}; alter role ${role} set application_name = 'from the role'`);
  expect(JSON.stringify(await writeSchemaSnapshot(schema.db))).not.toContain(role);
  await schema.run(`drop role ${role}`);
});

test("two databases with one schema have one fingerprint", async () => {
  const script = `
    create schema "Other"; create domain "Other".code as text default 'x';
    create table b (id int primary key, code "Other".code);
    create table a (id int generated by default as identity primary key, b_id int references b, unique (b_id));
    create function f(int) returns int language sql as 'select 1';
    create view v as select * from a;
  `;
  const first = await schemaDatabase(script);
  // Oids differ, because other things were made first.
  const second = await schemaDatabase(`create table gone (id serial); drop table gone; ${script}`);
  const fingerprints = [
    (await writeSchemaSnapshot(first.db, { schemas: ["public", "Other"] })).fingerprint,
    (await writeSchemaSnapshot(second.db, { schemas: ["public", "Other"] })).fingerprint,
  ];
  expect(new Set(fingerprints).size).toBe(1);
  await Promise.all([first.close(), second.close()]);
});

describe("a snapshot that cannot be used is one error, when the client is made", () => {
  const make = (given: unknown) => () => {
    const { database } = watchedDatabase(schema.db);
    createClient(database, undefined, { schemaSnapshot: given as SchemaSnapshot });
  };

  test("a file that is not there, or is not JSON", async () => {
    expect(make(join(folder, "none.json"))).toThrow(/snapshot ".*none\.json" cannot be read: ENOENT/u);
    const path = join(folder, "broken.json");
    await writeFile(path, '{"format": ');
    expect(make(path)).toThrow(/broken\.json" cannot be read: .*writeSchemaSnapshot\(\)/u);
  });

  test("something else, another version, other schemas", async () => {
    const snapshot = await writeSchemaSnapshot(schema.db);
    expect(make(null)).toThrow("is not an object");
    expect(make([])).toThrow("is no snapshot");
    expect(make({ tables: [] })).toThrow("is no snapshot");
    expect(make(changed(snapshot, { version: 99 }))).toThrow(
      "has version 99, and this release reads version 1",
    );
    const { database } = watchedDatabase(schema.db);
    const options = { schemas: ["public", "billing"], schemaSnapshot: snapshot };
    expect(() => createClient(database, undefined, options)).toThrow(
      "is of the schemas public, and the client exposes public, billing",
    );
  });

  test("a file that someone edited: its text would become SQL", async () => {
    const snapshot = await writeSchemaSnapshot(schema.db);
    const edited = JSON.stringify(snapshot).replace("'untitled'::text", "pg_sleep(1)");
    expect(make(JSON.parse(edited))).toThrow("was changed after it was written");
    expect(make(changed(snapshot, { catalog: {} }))).toThrow("was changed after it was written");
    expect(make(changed(snapshot, { fingerprint: "" }))).toThrow("was changed after it was written");
  });
});

describe("PHI marks", () => {
  let clinic: ClinicDatabase;

  beforeAll(async () => {
    clinic = await clinicDatabase();
    await clinic.db.query({ text: "insert into profiles (email) values ('ada@example.org')" });
  });

  afterAll(() => clinic.close());

  const records = async (): Promise<number> =>
    Number((await clinic.column("select count(*) from audit.phi_access_log"))[0]);

  /** Reads an address with a client that starts from the snapshot; resolves to how many records that left. */
  async function recordsOfRead(
    snapshot: SchemaSnapshot,
    watched = watchedDatabase(clinic.db),
  ): Promise<number> {
    const before = await records();
    const supabase = createClient(watched.database, undefined, {
      schemaSnapshot: snapshot,
      watchSchema: false,
    });
    const { data, error } = await supabase.from("profiles").select("email");
    expect({ data, error }).toEqual({ data: [{ email: "ada@example.org" }], error: null });
    return (await records()) - before;
  }

  test("of a snapshot that the database agrees with are used as they are", async () => {
    const watched = watchedDatabase(clinic.db);
    expect(await recordsOfRead(await writeSchemaSnapshot(clinic.db), watched)).toBe(1);
    expect(watched.loads).toBe(0);
  });

  test("are read anew when the snapshot was written before the audit trail was installed", async () => {
    const unaudited = await clinicDatabase({ audited: false });
    const snapshot = await writeSchemaSnapshot(unaudited.db);
    await unaudited.close();
    expect(JSON.stringify(snapshot)).not.toContain('"phi"');
    expect(await recordsOfRead(snapshot)).toBe(1);
  });

  test("are read anew when a column was marked after the snapshot was written", async () => {
    await clinic.db.query({ text: "delete from audit.phi_column where column_name = 'email'" });
    const snapshot = await writeSchemaSnapshot(clinic.db);
    expect(await recordsOfRead(snapshot)).toBe(0);
    await clinic.db.query({
      text: "insert into audit.phi_column values ('public', 'profiles', 'email', 'identifier')",
    });
    expect(await recordsOfRead(snapshot)).toBe(1);
  });

  test("that the role may not read are an error, and nothing is read", async () => {
    const snapshot = await writeSchemaSnapshot(clinic.db);
    const role = `snapshot_reader_${process.pid}`;
    await clinic.db.query({
      text: `create role ${role} login password 'reader'; grant select on profiles to ${role}`,
      script: true,
    });
    const url = new URL(clinic.url);
    url.username = role;
    url.password = "reader";
    const db = connect({ url: url.href });
    const { data, error } = await createClient(db, undefined, { schemaSnapshot: snapshot })
      .from("profiles")
      .select("email");
    expect(data).toBeNull();
    expect(error).toMatchObject({ code: "42501", message: expect.stringContaining(role) });
    await db.close();
    await clinic.db.query({ text: `drop owned by ${role}; drop role ${role}`, script: true });
  });

  test("are compared from time to time where no NOTIFY can be received", async () => {
    const watched = watchedDatabase(clinic.db);
    watched.refuseListen = true;
    await clinic.db.query({ text: "delete from audit.phi_column where column_name = 'email'" });
    const { observe, next } = observations();
    const supabase = createClient(watched.database, undefined, { observe });
    const before = await records();
    await supabase.from("profiles").select("email").throwOnError();
    expect(await records()).toBe(before);
    await clinic.db.query({
      text: "insert into audit.phi_column values ('public', 'profiles', 'email', 'identifier')",
    });
    const later = performance.now() + 10_001;
    vi.spyOn(performance, "now").mockReturnValue(later);
    const reloaded = next((seen) => seen.kind === "schemaLoaded" && seen.reason === "PHI inventory");
    await supabase.from("profiles").select("email").throwOnError();
    await reloaded;
    vi.restoreAllMocks();
    await supabase.from("profiles").select("email").throwOnError();
    expect(await records()).toBe(before + 1);
  });
});
