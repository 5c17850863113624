import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import {
  ConfigurationError,
  connect,
  type Database,
  folderMigrations,
  migrate,
  migration,
  MigrationError,
  type MigrationSource,
  repeatable,
} from "../src/index.ts";
import type { ThrowawayDatabase } from "../src/testing.ts";
import { rejection, testDatabase } from "./test-database.ts";

const server = testDatabase();
let database: ThrowawayDatabase;
let db: Database;

beforeEach(async () => {
  database = await server.postgres.createDatabase();
  db = connect({ url: database.url });
});
afterEach(async () => {
  await db.close();
  await database.drop();
});

function source(name: string, migrations: ReturnType<MigrationSource["migrations"]>): MigrationSource {
  return { name, migrations: () => migrations };
}

const two = source("clinic", [
  migration("0000_first", [
    "create table first (a int)",
    "insert into first values (1); insert into first values (2)",
  ]),
  migration("0001_second", ["create table second (a int)"]),
]);

async function ledger(): Promise<unknown> {
  return db.query({ text: "select source, id from offramp.migration order by applied_at, id" });
}

describe("migrate()", () => {
  test("applies what is missing, in order, and says what it did", async () => {
    const report = await migrate(db, [
      two,
      source("billing", [migration("0000_invoice", ["create table invoice (a int)"])]),
    ]);
    expect(report.applied.map(({ source: name, id }) => `${name}/${id}`)).toEqual([
      "clinic/0000_first",
      "clinic/0001_second",
      "billing/0000_invoice",
    ]);
    expect(report.alreadyApplied).toBe(0);
    expect(report.applied.every(({ ms }) => ms > 0)).toBe(true);
    expect(await db.query({ text: "select a from first" })).toEqual([{ a: "1" }, { a: "2" }]);
    expect(await ledger()).toEqual([
      { source: "clinic", id: "0000_first" },
      { source: "clinic", id: "0001_second" },
      { source: "billing", id: "0000_invoice" },
    ]);
  });

  test("a second time there is nothing to do, and no right but to read is needed", async () => {
    await migrate(db, [two]);
    await db.query({
      text: "drop role if exists reader; create role reader login password 'pw'; grant usage on schema offramp to reader; grant select on offramp.migration to reader",
      script: true,
    });
    const url = new URL(database.url);
    url.username = "reader";
    url.password = "pw";
    const reader = connect({ url: url.href });
    expect(await migrate(reader, [two])).toMatchObject({ applied: [], alreadyApplied: 2 });
    await reader.close();
    await db.query({ text: "drop owned by reader; drop role reader", script: true });
  });

  test("a new migration is applied alone", async () => {
    await migrate(db, [two]);
    const three = source("clinic", [
      ...(await two.migrations()),
      migration("0002_third", ["create table third (a int)"]),
    ]);
    expect(await migrate(db, [three])).toMatchObject({ applied: [{ id: "0002_third" }], alreadyApplied: 2 });
  });

  test("an edited migration is refused before anything is applied", async () => {
    await migrate(db, [two]);
    const edited = source("clinic", [
      migration("0000_first", ["create table first (a bigint)"]),
      migration("0002_third", ["create table third (a int)"]),
    ]);
    const error = await rejection(migrate(db, [edited]));
    expect(error).toBeInstanceOf(MigrationError);
    expect(error.message).toBe(
      "migrate(): clinic/0000_first was edited after it had been applied to this database. Nothing was applied. " +
        "Take the edit back and put the change into a new migration.",
    );
    expect(await db.query({ text: "select to_regclass('third') as third" })).toEqual([{ third: null }]);
  });

  test("line ends do not count as an edit", async () => {
    await migrate(db, [source("clinic", [migration("0000_a", ["create table a (\n  b int\n)"])])]);
    expect(
      await migrate(db, [source("clinic", [migration("0000_a", ["create table a (\r\n  b int\r\n)\r\n"])])]),
    ).toMatchObject({ applied: [] });
  });

  test("a failure names the statement, undoes its migration, and keeps the earlier ones", async () => {
    const failing = source("clinic", [
      migration("0000_good", ["create table good (a int)"]),
      migration("0001_bad", ["create table bad (a int)", "alter table missing add b int", "select 1"]),
      migration("0002_never", ["create table never (a int)"]),
    ]);
    const error = await rejection(migrate(db, [failing]));
    expect(error).toBeInstanceOf(MigrationError);
    expect(error).toMatchObject({ source: "clinic", id: "0001_bad", code: "42P01" });
    expect(error.message).toBe(
      'migrate(): clinic/0001_bad failed at statement 2 of 3: relation "missing" does not exist [42P01]. ' +
        "It was rolled back; the migrations before it stay applied. Correct it and run migrate() again.",
    );
    expect(
      await db.query({
        text: "select to_regclass('good') as good, to_regclass('bad') as bad, to_regclass('never') as never",
      }),
    ).toEqual([{ good: "good", bad: null, never: null }]);
    expect(await ledger()).toEqual([{ source: "clinic", id: "0000_good" }]);
    // The lock is free again, on every connection.
    expect(
      await db.query({ text: "select count(*) as n from pg_locks where locktype = 'advisory'" }),
    ).toEqual([{ n: "0" }]);
  });

  test("names without a schema mean public, whatever the role's search path", async () => {
    await db.query({ text: "create schema elsewhere" });
    const odd = connect({ url: database.url, session: { search_path: "elsewhere" } });
    await migrate(odd, [two]);
    await odd.close();
    expect(await db.query({ text: "select to_regclass('public.first') as name" })).toEqual([
      { name: "first" },
    ]);
  });
});

describe("repeatable migrations", () => {
  test("run again when they change, and only then", async () => {
    const view = (value: number): MigrationSource =>
      source("audit", [
        migration("0000_base", ["create table base (a int)"]),
        repeatable("marks", ["drop view if exists mark", `create view mark as select ${value} as value`]),
      ]);
    expect(await migrate(db, [view(1)])).toMatchObject({ applied: [{ id: "0000_base" }, { id: "marks" }] });
    expect(await migrate(db, [view(1)])).toMatchObject({ applied: [], alreadyApplied: 2 });
    expect(await migrate(db, [view(2)])).toMatchObject({ applied: [{ id: "marks" }], alreadyApplied: 1 });
    expect(await db.query({ text: "select value from mark" })).toEqual([{ value: "2" }]);
    expect(await migrate(db, [view(2)])).toMatchObject({ applied: [] });
  });
});

describe("several at once", () => {
  const slow = source("clinic", [
    migration("0000_slow", ["create table slow (a int)", "select pg_sleep(0.5)"]),
  ]);

  test("in one process", async () => {
    const reports = await Promise.all([migrate(db, [slow]), migrate(db, [slow]), migrate(db, [slow])]);
    expect(reports.map(({ applied }) => applied.length).toSorted()).toEqual([0, 0, 1]);
    const waited = reports.filter(({ applied }) => applied.length === 0);
    expect(waited.every(({ waitedMs, alreadyApplied }) => waitedMs > 100 && alreadyApplied === 1)).toBe(true);
  });

  test("in two processes", async () => {
    const program = fileURLToPath(new URL("programs/migrate-slowly.ts", import.meta.url));
    const run = async (): Promise<{ applied: unknown[]; alreadyApplied: number }> => {
      const child = spawn(process.execPath, ["--conditions=@offramp/source", program], {
        env: { ...process.env, DATABASE_URL: database.url, NODE_OPTIONS: "" },
        stdio: ["ignore", "pipe", "inherit"],
      });
      let output = "";
      child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
      await once(child, "close");
      return JSON.parse(output) as { applied: unknown[]; alreadyApplied: number };
    };
    const reports = await Promise.all([run(), run()]);
    expect(reports.map(({ applied, alreadyApplied }) => [applied.length, alreadyApplied]).toSorted()).toEqual(
      [
        [0, 1],
        [1, 0],
      ],
    );
  });

  test("one that waits too long says what to do", async () => {
    const other = migrate(db, [slow]);
    await expect
      .poll(
        async () => (await db.query({ text: "select 1 from pg_locks where locktype = 'advisory'" })).length,
      )
      .toBe(1);
    const error = await rejection(migrate(db, [slow], { lockTimeoutMs: 50 }));
    expect(error).toMatchObject({ problem: "timeout" });
    expect(error.message).toMatch(
      /another process has been migrating this database for more than 0.05 s.*pg_locks/,
    );
    await other;
  });
});

describe("folderMigrations()", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "offramp-migrations-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const put = (name: string, text: string): void => writeFileSync(path.join(folder, name), text);

  test("plain files, in the order of their numbers", async () => {
    put("0001_b.sql", "create table b (a int references a (id));");
    put(
      "0000_a.sql",
      "create table a (id int primary key);\n--> statement-breakpoint\ncreate index on a (id);\n",
    );
    put("notes.txt", "not SQL");
    const migrations = await folderMigrations("billing", folder).migrations();
    expect(migrations.map(({ id, statements }) => [id, statements])).toEqual([
      ["0000_a", ["create table a (id int primary key);", "create index on a (id);"]],
      ["0001_b", ["create table b (a int references a (id));"]],
    ]);
    expect((await migrate(db, [folderMigrations("billing", folder)])).applied.length).toBe(2);
  });

  test("drizzle-kit's journal, which may not follow the names", async () => {
    mkdirSync(path.join(folder, "meta"));
    put("0000_z.sql", "select 1;--> statement-breakpoint\nselect 2;");
    put("0001_a.sql", "select 3;");
    put("stray.sql", "select 4;");
    const entries = [
      { idx: 1, tag: "0001_a" },
      { idx: 0, tag: "0000_z" },
    ];
    put("meta/_journal.json", JSON.stringify({ entries }));
    const migrations = await folderMigrations("billing", folder).migrations();
    expect(migrations.map(({ id, statements }) => [id, statements])).toEqual([
      ["0000_z", ["select 1;", "select 2;"]],
      ["0001_a", ["select 3;"]],
    ]);
  });

  test.each([
    [
      "a file without a number",
      ["first.sql"],
      /the file first.sql has no place in the order: call it like 0000_what_it_does.sql/,
    ],
    ["one number twice", ["0000_a.sql", "0000_b.sql"], /two files have the number 0000/],
  ])("%s", async (_, files, expected) => {
    for (const file of files) put(file, "select 1");
    const error = await rejection(Promise.resolve(folderMigrations("billing", folder).migrations()));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toMatch(expected);
  });

  test("a folder that is not there", async () => {
    const missing = path.join(folder, "missing");
    const error = await rejection(migrate(db, [folderMigrations("billing", missing)]));
    expect(error.message).toBe(`folderMigrations("billing"): the folder ${missing}/ cannot be read`);
  });
});
