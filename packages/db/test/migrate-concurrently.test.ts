import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { beforeEach, describe, expect, test } from "vitest";
import { type MigrationSource, migrate, migration, MigrationError } from "../src/index.ts";
import { rejection, testDatabase } from "./test-database.ts";

const database = testDatabase({ max: 6 });

beforeEach(async () => {
  await database.db.query({
    script: true,
    text: `drop table if exists visits; drop schema if exists offramp cascade;
      create table visits (id int primary key, day int not null, ward text);
      insert into visits select n, n % 50, 'w' || n % 3 from generate_series(1, 5000) n;`,
  });
});

const source = (id: string, ...statements: string[]): MigrationSource[] => [
  { name: "indexes", migrations: () => [migration(id, statements)] },
];
const indexes = async (): Promise<unknown> =>
  (
    await database.db.query({
      text: `select c.relname, i.indisvalid from pg_index i join pg_class c on c.oid = i.indexrelid
        where i.indrelid = 'visits'::regclass and not i.indisprimary order by 1`,
    })
  ).map((row) => `${row["relname"]} ${row["indisvalid"] === "t" ? "valid" : "invalid"}`);
const ledger = async (): Promise<unknown> =>
  (await database.db.query({ text: "select id from offramp.migration order by id" })).map(({ id }) => id);
const attempts = async (): Promise<unknown> =>
  (await database.db.query({ text: "select id from offramp.migration_attempt" })).length;

describe("a migration of concurrent indexes", () => {
  test("runs outside of a transaction, once, and leaves the session as it was", async () => {
    const all = source(
      "0001",
      "-- what the list of a ward is sorted by\ncreate index concurrently visits_ward_idx on visits (ward, day);",
      'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "visits By day" ON public.visits USING btree (day, id)',
      "drop index concurrently if exists nothing_there",
    );
    const { pending } = await migrate(database.db, all, { dryRun: true });
    expect(pending).toMatchObject([{ source: "indexes", id: "0001", concurrently: true }]);
    expect(pending[0]?.statements[0]).toContain("create index concurrently");
    expect(await indexes()).toEqual([]);
    const report = await migrate(database.db, all);
    expect(report.applied).toMatchObject([{ id: "0001" }]);
    expect(await indexes()).toEqual(["visits By day valid", "visits_ward_idx valid"]);
    expect([await ledger(), await attempts()]).toEqual([["0001"], 0]);
    expect(await migrate(database.db, all)).toMatchObject({ applied: [], alreadyApplied: 1 });
    const settings = await Promise.all(
      Array.from({ length: 6 }, () => database.db.query({ text: "show lock_timeout" })),
    );
    expect(new Set(settings.map(([row]) => row?.["lock_timeout"]))).toEqual(new Set(["0"]));
    await migrate(
      database.db,
      source("0002", 'drop index concurrently "visits By day"').map((each) => ({ ...each, name: "later" })),
    );
    expect(await indexes()).toEqual(["visits_ward_idx valid"]);
  });

  test("of two processes at once, one works", async () => {
    const all = source("0001", "create index concurrently visits_day_idx on visits (day)");
    const reports = await Promise.all([migrate(database.db, all), migrate(database.db, all)]);
    expect(reports.map(({ applied }) => applied.length).toSorted()).toEqual([0, 1]);
  });

  test.each([
    [
      "other statements besides",
      ["create index concurrently a on visits (day)", "alter table visits add column note text"],
      /of their own/,
    ],
    [
      "two in one statement",
      ["create index concurrently a on visits (day); create index concurrently b on visits (ward)"],
      /statement-breakpoint/,
    ],
    ["an index without a name", ["create index concurrently on visits (day)"], /Give the index a name/],
  ])("refuses %s before anything is applied", async (_, statements, message) => {
    const first = { name: "first", migrations: () => [migration("0000", ["create table never (id int)"])] };
    const error = await rejection(migrate(database.db, [first, ...source("0001", ...statements)]));
    expect(error).toBeInstanceOf(MigrationError);
    expect(error.message).toMatch(message);
    expect(await database.db.query({ text: "select to_regclass('never') as there" })).toEqual([
      { there: null },
    ]);
  });

  test("that cannot be unique leaves no index behind, and goes on where it ended", async () => {
    await database.db.query({ text: "insert into visits values (5001, 1, 'w1')" });
    const all = source(
      "0001",
      "create index concurrently visits_day_idx on visits (day)",
      "create unique index concurrently visits_ward_once on visits (ward) where id > 5000 or id = 1",
    );
    const error = await rejection(migrate(database.db, all));
    expect(error).toMatchObject({ code: "23505" });
    expect(error.message).toMatch(
      /failed at statement 2, which runs outside of a transaction.*goes on at this statement/,
    );
    expect(await indexes()).toEqual(["visits_day_idx valid"]);
    const [before] = await database.db.query({ text: "select 'visits_day_idx'::regclass::oid as oid" });
    await database.db.query({ text: "delete from visits where id = 5001" });
    await migrate(database.db, all);
    expect(await indexes()).toEqual(["visits_day_idx valid", "visits_ward_once valid"]);
    expect(await database.db.query({ text: "select 'visits_day_idx'::regclass::oid as oid" })).toEqual([
      before,
    ]);
  });

  test("takes no index for its own that was there before", async () => {
    await database.db.query({ text: "create index visits_day_idx on visits (ward)" });
    const all = source("0001", "create index concurrently if not exists visits_day_idx on visits (day)");
    expect((await rejection(migrate(database.db, all))).message).toMatch(/which this migration did not make/);
    expect(await ledger()).toEqual([]);
  });
});

describe("a process that is killed while an index is made", () => {
  const STATEMENT = "create index concurrently visits_day_idx on visits (day)";
  const all = source("0001", STATEMENT);

  /** Kills the process when the index is half made, and gives its backend and the transaction that it waits for. */
  async function killed(): Promise<{
    backend: string;
    finish: () => Promise<void>;
    written: () => number;
    stop: () => Promise<void>;
  }> {
    const blocker = await database.db.reserve();
    await blocker.query({ text: "begin" });
    await blocker.query({ text: "update visits set ward = ward where id = 1" });
    const child: ChildProcess = spawn(
      process.execPath,
      [
        "--conditions=@offramp/source",
        fileURLToPath(new URL("programs/migrate-index-and-wait.ts", import.meta.url)),
        "0001",
        STATEMENT,
      ],
      { env: { ...process.env, DATABASE_URL: database.url }, stdio: "inherit" },
    );
    let backend: string | null | undefined;
    while (backend === undefined) {
      const [row] = await database.db.query({
        text: `select a.pid from pg_stat_activity a where a.application_name = 'index builder' and a.wait_event_type = 'Lock'
          and a.datname = current_database() and to_regclass('visits_day_idx') is not null`,
      });
      backend = row?.["pid"];
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    // Others write meanwhile: a concurrent build holds nobody up.
    const stopping = new AbortController();
    const load = { written: 0 };
    const running = (async () => {
      while (!stopping.signal.aborted) {
        await database.db.query({
          text: "insert into visits values ($1, 7, 'load')",
          values: [String(10_000 + load.written)],
        });
        load.written += 1;
      }
    })();
    while (load.written < 20) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill("SIGKILL");
    await once(child, "exit");
    return {
      backend: backend ?? "",
      finish: async () => {
        await blocker.query({ text: "commit" });
        await blocker.release();
      },
      written: () => load.written,
      stop: async () => {
        stopping.abort();
        await running;
      },
    };
  }

  /** What the index finds of the rows that were written meanwhile. */
  const found = async (): Promise<number> => {
    const rows = await database.db.transaction(async (transaction) => {
      await transaction.query({ text: "set local enable_seqscan = off" });
      return transaction.query({ text: "select count(*) as n from visits where day = 7 and ward = 'load'" });
    });
    return Number(rows[0]?.["n"]);
  };

  test("and its backend too: the invalid index is recognised, dropped and made again", async () => {
    const { backend, finish, written, stop } = await killed();
    await database.db.query({ text: "select pg_terminate_backend($1::int)", values: [backend] });
    await finish();
    while (
      (
        await database.db.query({
          text: "select from pg_stat_activity where pid = $1::int",
          values: [backend],
        })
      ).length > 0
    )
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect([await indexes(), await ledger(), await attempts()]).toEqual([["visits_day_idx invalid"], [], 1]);
    const report = await migrate(database.db, all);
    await stop();
    expect(report.applied).toMatchObject([{ id: "0001" }]);
    expect([await indexes(), await ledger(), await attempts()]).toEqual([
      ["visits_day_idx valid"],
      ["0001"],
      0,
    ]);
    expect(await found()).toBe(written());
  });

  test("alone: the next run waits for its backend, and keeps the index that this finished", async () => {
    const { finish, written, stop } = await killed();
    const [before] = await database.db.query({ text: "select 'visits_day_idx'::regclass::oid as oid" });
    const next = migrate(database.db, all);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await finish();
    const report = await next;
    await stop();
    expect(report.waitedMs).toBeGreaterThan(100);
    expect([await indexes(), await ledger(), await attempts()]).toEqual([
      ["visits_day_idx valid"],
      ["0001"],
      0,
    ]);
    expect(await database.db.query({ text: "select 'visits_day_idx'::regclass::oid as oid" })).toEqual([
      before,
    ]);
    expect(await found()).toBe(written());
  });
});
