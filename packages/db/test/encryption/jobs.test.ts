import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { date, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import {
  createDataKey,
  createLocalKeyFile,
  encryptBackfill,
  encryptedColumnsMigration,
  encryptionMigrations,
  KeyRing,
  localKeyFile,
  reencrypt,
  rotateDataKey,
} from "../../src/encryption-entry.ts";
import { parseValue } from "../../src/encryption/value-format.ts";
import { encrypted, encryptedColumns, migrate, migration } from "../../src/index.ts";
import { only, rejection, testDatabase } from "../test-database.ts";

const database = testDatabase();
const ROWS = 230;

/** A key of two columns, one of them a text that does not sort like its number. */
const people = (searchable: boolean, key = "phi") =>
  pgTable(
    "people",
    {
      ward: text("ward").notNull(),
      bed: integer("bed").notNull(),
      ssnPlain: text("ssn_plain"),
      bornPlain: date("born_plain"),
      ssn: encrypted(text("ssn"), searchable ? { key, searchable: "equality" } : { key }),
      born: encrypted(date("born"), { key }),
    },
    (table) => [primaryKey({ columns: [table.ward, table.bed] })],
  );

const TABLE = `create table people (
  ward text, bed integer, ssn_plain text, born_plain date, ssn bytea, born bytea, primary key (ward, bed)
)`;

let keyFile = "";
const wrapper = () => localKeyFile(keyFile);
const ring = () => new KeyRing(database.db, wrapper());
const mark = (searchable: boolean, key = "phi") =>
  migrate(database.db, [encryptedColumnsMigration({ people: people(searchable, key) })]);

beforeAll(async () => {
  keyFile = join(await mkdtemp(join(tmpdir(), "offramp-jobs-")), "key");
  await createLocalKeyFile(keyFile);
  await migrate(database.db, [
    encryptionMigrations,
    { name: "tables", migrations: () => [migration("0000", [TABLE])] },
  ]);
});

beforeEach(async () => {
  await database.db.query({
    script: true,
    text: "truncate people; truncate offramp.data_key; truncate offramp.encryption_job",
  });
  await database.db.query({
    text: `insert into people (ward, bed, ssn_plain, born_plain)
      select 'w' || (n % 7), n, 'ssn "' || n || '"', date '1900-01-01' + n from generate_series(1, $1::int) as n`,
    values: [String(ROWS)],
  });
  await createDataKey(database.db, "phi", wrapper());
  await mark(true);
});

/** Every row decrypts to what it had in the clear; resolves to the versions of its values, and how many are of each. */
async function versions(column: "ssn" | "born" = "ssn", searchable = true): Promise<Record<string, number>> {
  const keys = ring();
  await keys.ready();
  const marked = only(
    encryptedColumns({ people: people(searchable) }).filter((each) => each.column === column),
  );
  const rows = await database.db.query({
    text: `select ward, bed, to_json(${column}_plain)::text as plain, encode(${column}, 'hex') as value from people where ${column} is not null`,
  });
  const counts: Record<string, number> = {};
  for (const row of rows) {
    const value = Buffer.from(row["value"] ?? "", "hex");
    expect(keys.open(marked, [row["ward"] ?? "", row["bed"] ?? ""], value)).toBe(row["plain"]);
    const { key, version } = parseValue(value, "");
    counts[`${key}:${version}`] = (counts[`${key}:${version}`] ?? 0) + 1;
  }
  return counts;
}

async function runAndDie(job: string, batches: number): Promise<NodeJS.Signals | null> {
  const program = fileURLToPath(new URL("../programs/encrypt-and-die.ts", import.meta.url));
  const child = spawn(
    process.execPath,
    ["--conditions=@offramp/source", program, job, keyFile, String(batches)],
    {
      env: { ...process.env, DATABASE_URL: database.url, NODE_OPTIONS: "" },
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  const [, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  return signal;
}

const from = { ssn: "ssn_plain", born: "born_plain" };

describe("encryptBackfill()", () => {
  test("encrypts each row for itself, tells how far it is, and leaves what was there", async () => {
    const keys = ring();
    await keys.ready();
    const seen: number[] = [];
    const onProgress = ({ rowsSeen }: { readonly rowsSeen: number }): void => void seen.push(rowsSeen);
    const done = await encryptBackfill(database.db, keys, {
      table: "people",
      from,
      batchSize: 100,
      onProgress,
    });
    expect(done).toMatchObject({ table: "public.people", rowsSeen: ROWS, rowsWritten: ROWS, finished: true });
    expect(seen).toEqual([100, 200, 230]);
    expect([await versions(), await versions("born")]).toEqual([{ "phi:1": ROWS }, { "phi:1": ROWS }]);
    const before = await database.db.query({ text: "select ssn from people order by bed" });
    expect(await encryptBackfill(database.db, keys, { table: "people", from })).toMatchObject({
      rowsWritten: 0,
    });
    expect(await database.db.query({ text: "select ssn from people order by bed" })).toEqual(before);
  });

  test("clears what was in the clear, in the same transaction, where that is wanted", async () => {
    await encryptBackfill(database.db, ring(), { table: "people", from, clear: true });
    const left = await database.db.query({
      text: "select count(ssn_plain) + count(born_plain) as plain, count(ssn) as encrypted from people",
    });
    expect(left).toEqual([{ plain: "0", encrypted: String(ROWS) }]);
  });

  test("is killed between two batches, and goes on behind the last whole one", async () => {
    expect(await runAndDie("backfill", 3)).toBe("SIGKILL");
    expect(await versions()).toEqual({ "phi:1": 120 });
    const done = await encryptBackfill(database.db, ring(), {
      table: "people",
      from: { ssn: "ssn_plain" },
      batchSize: 40,
    });
    // Those of the first process are not looked at again.
    expect(done).toMatchObject({ rowsSeen: ROWS, rowsWritten: ROWS, finished: true });
    expect(await versions()).toEqual({ "phi:1": ROWS });
  });

  test("undoes a batch whole, with its checkpoint", async () => {
    await database.db.query({ text: "update people set ssn_plain = 'not to be shown' where bed = 150" });
    const strict = pgTable("people", {
      bed: integer("bed").primaryKey(),
      ssn: encrypted(integer("ssn"), { key: "phi" }),
    });
    await migrate(database.db, [encryptedColumnsMigration({ strict })]);
    await database.db.query({ text: "update people set ssn_plain = bed::text where bed <> 150" });
    const error = await rejection(
      encryptBackfill(database.db, ring(), { table: "people", from: { ssn: "ssn_plain" }, batchSize: 50 }),
    );
    expect(error.message).toBe(
      "invalid input syntax for type integer, for the encrypted column public.people.ssn",
    );
    const [state] = await database.db.query({
      text: "select (select count(*) from people where ssn is not null) as written, rows_written, finished_at is null as open from offramp.encryption_job",
    });
    expect(Number(state?.["written"]) % 50).toBe(0);
    expect([state?.["rows_written"], state?.["open"]]).toEqual([state?.["written"], "t"]);
  });

  test("refuses a column that is not encrypted", async () => {
    const error = await rejection(
      encryptBackfill(database.db, ring(), { table: "people", from: { ward: "ssn_plain" } }),
    );
    expect(error.message).toMatch(/public\.people\.ward is not an encrypted column/);
    expect((await rejection(reencrypt(database.db, ring(), { table: "nothing" }))).message).toMatch(
      /has no encrypted column/,
    );
  });
});

describe("reencrypt()", () => {
  beforeEach(async () => {
    await encryptBackfill(database.db, ring(), { table: "people", from });
    await rotateDataKey(database.db, "phi", { wrapper: wrapper(), activateAfterMs: 0 });
  });

  test("brings every value to the new version, and has nothing to do then", async () => {
    const done = await reencrypt(database.db, ring(), { table: "people", batchSize: 100 });
    expect(done).toMatchObject({ rowsSeen: ROWS, rowsWritten: ROWS, finished: true });
    expect([await versions(), await versions("born")]).toEqual([{ "phi:2": ROWS }, { "phi:2": ROWS }]);
    expect(await reencrypt(database.db, ring(), { table: "people" })).toMatchObject({
      rowsSeen: ROWS,
      rowsWritten: 0,
    });
  });

  test("is killed between two batches, and goes on behind the last whole one", async () => {
    expect(await runAndDie("reencrypt", 2)).toBe("SIGKILL");
    expect(await versions()).toEqual({ "phi:1": ROWS - 80, "phi:2": 80 });
    const done = await reencrypt(database.db, ring(), { table: "people", batchSize: 40 });
    expect(done).toMatchObject({ rowsSeen: ROWS, rowsWritten: ROWS, finished: true });
    expect(await versions()).toEqual({ "phi:2": ROWS });
  });

  test("runs in two processes at once and writes nothing twice", async () => {
    const runs = await Promise.all(
      [0, 1].map(() => reencrypt(database.db, ring(), { table: "people", batchSize: 20 })),
    );
    expect(Math.max(...runs.map(({ rowsWritten }) => rowsWritten))).toBe(ROWS);
    expect(await versions()).toEqual({ "phi:2": ROWS });
  });

  test("stops on a signal, after a whole batch", async () => {
    const stop = new AbortController();
    const run = reencrypt(database.db, ring(), {
      table: "people",
      batchSize: 50,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    expect((await rejection(run)).name).toBe("AbortError");
    expect(await versions()).toEqual({ "phi:1": ROWS - 50, "phi:2": 50 });
  });

  test("follows a column that is no longer searchable, and one with another key", async () => {
    await createDataKey(database.db, "other", wrapper());
    await mark(false, "other");
    await reencrypt(database.db, ring(), { table: "people" });
    expect(await versions("ssn", false)).toEqual({ "other:1": ROWS });
    const formats = await database.db.query({
      text: "select distinct get_byte(ssn, 0) as format from people",
    });
    expect(formats).toEqual([{ format: "1" }]);
  });

  test("refuses a value that was moved, and undoes the batch", async () => {
    await database.db.query({
      text: "update people set ssn = (select ssn from people where bed = 1) where bed = 2",
    });
    const error = await rejection(reencrypt(database.db, ring(), { table: "people" }));
    expect(error.message).toMatch(/public\.people\.ssn does not belong to its row and column/);
  });
});
