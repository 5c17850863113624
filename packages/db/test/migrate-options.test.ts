import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import {
  ConfigurationError,
  connect,
  type Database,
  folderMigrations,
  type Migration,
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

const source = (...migrations: readonly Migration[]): MigrationSource => ({
  name: "clinic",
  migrations: () => migrations,
});
const first = migration("0000_first", ["create table first (a int)", "insert into first values (1)"]);
const second = migration("0001_second", ["create table second (a int)"]);
const third = migration("0002_third", ["create table third (a int)"]);

async function exists(table: string): Promise<boolean> {
  const [row] = await db.query({ text: "select to_regclass($1) is not null as there", values: [table] });
  return row?.["there"] === "t";
}

describe("dryRun", () => {
  test("lists what would be applied, with its SQL, and changes nothing", async () => {
    expect(await migrate(db, [source(first, second)], { dryRun: true })).toEqual({
      applied: [],
      pending: [
        { source: "clinic", id: "0000_first", statements: first.statements },
        { source: "clinic", id: "0001_second", statements: second.statements },
      ],
      alreadyApplied: 0,
      waitedMs: 0,
    });
    expect(await exists("first")).toBe(false);
    expect(await exists("offramp.migration")).toBe(false);
  });

  test("leaves out what was applied", async () => {
    await migrate(db, [source(first)]);
    const report = await migrate(db, [source(first, second)], { dryRun: true });
    expect(report.pending.map(({ id }) => id)).toEqual(["0001_second"]);
    expect(report.alreadyApplied).toBe(1);
  });

  test("does not wait for a process that is migrating", async () => {
    const other = await db.reserve();
    await other.query({ text: "select pg_advisory_lock(-6744905417447496795)" });
    expect((await migrate(db, [source(first)], { dryRun: true })).pending.length).toBe(1);
    await other.query({ text: "select pg_advisory_unlock(-6744905417447496795)" });
    await other.release();
  });

  test("refuses an edited migration", async () => {
    await migrate(db, [source(first)]);
    const edited = source(migration("0000_first", ["select 1"]));
    expect(await rejection(migrate(db, [edited], { dryRun: true }))).toBeInstanceOf(MigrationError);
  });
});

describe("an old release on a newer schema", () => {
  test("is refused, and applies nothing", async () => {
    await migrate(db, [source(first, second, third)]);
    const old = source(first, migration("0001_other", ["create table other (a int)"]));
    const error = await rejection(migrate(db, [old]));
    expect(error).toBeInstanceOf(MigrationError);
    expect(error.message).toBe(
      "migrate(): the database is newer than this release, which does not know clinic/0001_second and 1 more. " +
        "Nothing was applied. Deploy the release that has it, or, if this one is known to run on the newer schema, " +
        'say newerSchema: "accept".',
    );
    expect(await exists("other")).toBe(false);
  });

  test("is refused by a dry run too", async () => {
    await migrate(db, [source(first, second)]);
    const error = await rejection(migrate(db, [source(first)], { dryRun: true }));
    expect(error).toMatchObject({ source: "clinic", id: "0001_second" });
  });

  test("may be let through", async () => {
    await migrate(db, [source(first, second)]);
    expect(await migrate(db, [source(first)], { newerSchema: "accept" })).toMatchObject({
      applied: [],
      alreadyApplied: 1,
    });
  });

  test("a repeatable that a release no longer has, and other sources, do not count", async () => {
    const view = repeatable("view", ["create or replace view one as select 1 as id"]);
    await migrate(db, [
      source(first, view),
      { name: "billing", migrations: () => [migration("0000_b", ["select 1"])] },
    ]);
    expect(await migrate(db, [source(first)])).toMatchObject({ applied: [], alreadyApplied: 1 });
  });
});

describe("lock_timeout", () => {
  /** Runs `work` while another transaction holds a lock on the table `first`. */
  async function whileLocked(
    work: () => Promise<unknown>,
    { releaseAfterMs = 60_000 } = {},
  ): Promise<unknown> {
    await migrate(db, [source(first)]);
    const holder = await db.reserve();
    await holder.query({ text: "begin" });
    await holder.query({ text: "lock table first in access share mode" });
    const timer = setTimeout(() => void holder.query({ text: "rollback" }), releaseAfterMs);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
      await holder.release();
    }
  }

  const change = ["alter table first add column b int"];

  test("gives up after its attempts, says what to do, and leaves nothing", async () => {
    const plan = [source(first, migration("0001_change", ["create table before (a int)", ...change]))];
    const error = await whileLocked(() =>
      rejection(migrate(db, plan, { tableLockTimeoutMs: 50, lockAttempts: 2 })),
    );
    expect(error).toMatchObject({ id: "0001_change", code: "55P03" });
    expect((error as Error).message).toBe(
      "migrate(): clinic/0001_change failed at statement 2 of 2: canceling statement due to lock timeout [55P03]. It was " +
        "rolled back; the migrations before it stay applied. Others held a lock for more than 0.05 s, at each of 2 attempts: " +
        "find the long transaction in pg_stat_activity, or give the migration a longer lock_timeout.",
    );
    expect(await exists("before")).toBe(false);
  });

  test("tries again, and succeeds once the lock is free", async () => {
    const plan = [source(first, migration("0001_change", change))];
    const report = await whileLocked(() => migrate(db, plan, { tableLockTimeoutMs: 100 }), {
      releaseAfterMs: 300,
    });
    expect(report).toMatchObject({ applied: [{ id: "0001_change" }] });
  });

  test("a migration's own stands above the option", async () => {
    const plan = [source(first, migration("0001_change", change, { lockTimeoutMs: 20_000 }))];
    const report = await whileLocked(() => migrate(db, plan, { tableLockTimeoutMs: 1, lockAttempts: 1 }), {
      releaseAfterMs: 300,
    });
    expect(report).toMatchObject({ applied: [{ id: "0001_change" }] });
  });

  test("is 5 s when nothing is said, and is not left on the connection", async () => {
    await db.query({ text: "create table seen (setting text)" });
    await migrate(db, [
      source(migration("0000_look", ["insert into seen values (current_setting('lock_timeout'))"])),
    ]);
    expect(
      await db.query({ text: "select setting, current_setting('lock_timeout') as now from seen" }),
    ).toEqual([{ setting: "5s", now: "0" }]);
  });

  describe("in a file", () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(path.join(tmpdir(), "offramp-lock-timeout-"));
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    test.each([
      ["-- offramp: lock_timeout 60s\nselect 1", 60_000],
      ["select 1;\n--offramp: lock_timeout 250ms", 250],
      ["-- offramp: lock_timeout 2min\nselect 1", 120_000],
      ["select 1 -- offramp has no say here", undefined],
    ])("%j", async (text, expected) => {
      writeFileSync(path.join(folder, "0000_a.sql"), text);
      const [read] = await folderMigrations("billing", folder).migrations();
      expect(read?.lockTimeoutMs).toBe(expected);
    });

    test("a unit that there is not", async () => {
      writeFileSync(path.join(folder, "0000_a.sql"), "-- offramp: lock_timeout 5 hours\nselect 1");
      writeFileSync(path.join(folder, "0001_b.sql"), "-- offramp: lock_timeout 5h\nselect 1");
      const error = await rejection(Promise.resolve(folderMigrations("billing", folder).migrations()));
      expect(error).toBeInstanceOf(ConfigurationError);
      expect(error.message).toMatch(
        /asks for a lock_timeout of 5( hours|h); write it like 500ms, 60s or 2min/,
      );
    });
  });
});
