import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { integer, pgTable, text } from "drizzle-orm/pg-core";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  createDataKey,
  createLocalKeyFile,
  encryptedColumnsMigration,
  encryptionMigrations,
  KeyRing,
  keyUsage,
  localKeyFile,
  reencrypt,
  retireKeyVersion,
  rotateDataKey,
} from "../../src/encryption-entry.ts";
import { encrypted, encryptedColumns, migrate, migration } from "../../src/index.ts";
import { only, rejection, testDatabase } from "../test-database.ts";

const database = testDatabase();
const load = pgTable("load", {
  id: integer("id").primaryKey(),
  value: encrypted(text("value"), { key: "phi", searchable: "equality" }),
});
const other = pgTable("Other table", {
  id: integer("id").primaryKey(),
  note: encrypted(text("a note"), { key: "phi" }),
});
const schema = { load, other };
const [value, note] = ["value", "a note"].map((name) =>
  only(encryptedColumns(schema).filter(({ column }) => column === name)),
) as [ReturnType<typeof encryptedColumns>[number], ReturnType<typeof encryptedColumns>[number]];

let keyFile = "";
const wrapper = () => localKeyFile(keyFile);

beforeAll(async () => {
  keyFile = join(await mkdtemp(join(tmpdir(), "offramp-retire-")), "key");
  await createLocalKeyFile(keyFile);
  const tables = `create table load (id integer primary key, value bytea);
    create table "Other table" (id integer primary key, "a note" bytea);`;
  await migrate(database.db, [
    encryptionMigrations,
    { name: "tables", migrations: () => [migration("0000", [tables])] },
    encryptedColumnsMigration(schema),
  ]);
});
beforeEach(async () => {
  await database.db.query({
    script: true,
    text: `truncate load, "Other table", offramp.data_key, offramp.encryption_job`,
  });
  await createDataKey(database.db, "phi", wrapper());
});

async function write(rows: number): Promise<void> {
  const keys = new KeyRing(database.db, wrapper());
  await keys.ready();
  for (let id = 1; id <= rows; id += 1) {
    const sealed = [keys.seal(value, [String(id)], `"v${id}"`), keys.seal(note, [String(id)], `"n${id}"`)];
    const hex = sealed.map((each) => `\\x${each.toString("hex")}`);
    await database.db.query({
      text: "insert into load values ($1, $2::bytea)",
      values: [String(id), hex[0] ?? ""],
    });
    await database.db.query({
      text: `insert into "Other table" values ($1, $2::bytea)`,
      values: [String(id), hex[1] ?? ""],
    });
  }
}
const rotate = () => rotateDataKey(database.db, "phi", { wrapper: wrapper(), activateAfterMs: 0 });
const retire = (version: number, options = {}) =>
  retireKeyVersion(database.db, { name: "phi", version }, { settledMs: 0, timeoutMs: 300, ...options });
const usage = () => database.db.transaction((transaction) => keyUsage(transaction, "phi"));
const versions = async () =>
  (await database.db.query({ text: "select version from offramp.data_key order by version" })).map(
    (row) => row["version"],
  );

describe("a version of a data key", () => {
  test("is refused while a value has it, with how many and where, and goes when none has", async () => {
    await write(3);
    await rotate();
    expect(await usage()).toEqual([
      { table: "public.Other table", column: "a note", version: 1, values: 3 },
      { table: "public.load", column: "value", version: 1, values: 3 },
    ]);
    const refused = await rejection(retire(1));
    expect(refused).toMatchObject({ problem: "key" });
    expect(refused.message).toContain(
      "6 values are written with it (3 of public.Other table.a note, 3 of public.load.value)",
    );
    await reencrypt(database.db, new KeyRing(database.db, wrapper()), { table: "load" });
    expect((await rejection(retire(1))).message).toContain(
      "3 values are written with it (3 of public.Other table.a note)",
    );
    await reencrypt(database.db, new KeyRing(database.db, wrapper()), { table: "Other table" });
    await retire(1);
    expect(await versions()).toEqual(["2"]);
    const keys = new KeyRing(database.db, wrapper());
    await keys.ready();
    const [row] = await database.db.query({
      text: "select encode(value, 'hex') as value from load where id = 2",
    });
    expect(keys.open(value, ["2"], Buffer.from(row?.["value"] ?? "", "hex"))).toBe('"v2"');
    expect(keys.tokens(value, '"v2"')).toHaveLength(1);
    // Numbers are never used again.
    expect(await rotate()).toBe(3);
  });

  test("is refused while it is written with, or a newer one has not been for long, or it is none", async () => {
    expect((await rejection(retire(1))).message).toMatch(/is the one that values are written with/);
    await rotateDataKey(database.db, "phi", { wrapper: wrapper(), activateAfterMs: 60_000 });
    expect((await rejection(retire(1))).message).toMatch(
      /is the one that values are written with|can be retired after/,
    );
    await database.db.query({ text: "update offramp.data_key set active_from = now() where version = 2" });
    expect((await rejection(retire(1, { settledMs: 300_000 }))).message).toMatch(
      /can be retired after 300 s/,
    );
    expect((await rejection(retire(7))).message).toMatch(/There is no version 7/);
    expect(await versions()).toEqual(["1", "2"]);
  });

  test("waits for a transaction that may have written it, and for none that began later", async () => {
    await write(1);
    const [row] = await database.db.query({ text: "select encode(value, 'hex') as value from load" });
    const held = await database.db.reserve();
    await held.query({ text: "begin" });
    await held.query({
      text: "insert into load values (2, $1::bytea)",
      values: [`\\x${row?.["value"] ?? ""}`],
    });
    await rotate();
    await database.db.query({ text: `truncate "Other table"` });
    await reencrypt(database.db, new KeyRing(database.db, wrapper()), { table: "load" });
    // The table has no such value that anyone else could see.
    expect((await rejection(retire(1))).message).toMatch(/1 transactions .* did not end within 300 ms/);
    const waiting = rejection(retire(1, { timeoutMs: 10_000 }));
    await new Promise((resolve) => setTimeout(resolve, 300));
    await held.query({ text: "commit" });
    await held.release();
    expect((await waiting).message).toContain("1 values are written with it (1 of public.load.value)");
  });

  test("is not taken for unused because a policy hides its rows", async () => {
    await write(1);
    await rotate();
    const name = `retire_${Date.now()}`;
    await database.db.query({
      script: true,
      text: `create role ${name}; grant select on load, "Other table", offramp.data_key to ${name};
        grant delete on offramp.data_key to ${name};
        alter table load enable row level security`,
    });
    const refused = await rejection(
      database.db.transaction(async (transaction) => {
        await transaction.query({ text: `set local role ${name}` });
        await keyUsage(transaction, "phi");
      }),
    );
    expect(refused).toMatchObject({ code: "42501" });
    // Without a transaction the setting would last for no statement.
    expect((await rejection(keyUsage(database.db, "phi"))).message).toMatch(/counts in a transaction/);
    await database.db.query({
      script: true,
      text: `alter table load disable row level security; drop owned by ${name}; drop role ${name}`,
    });
  });
});

test(
  "a rotation, the re-encryption and the retirement under the load of two processes lose nothing",
  { timeout: 60_000 },
  async () => {
    const program = fileURLToPath(new URL("../programs/encrypted-load.ts", import.meta.url));
    // One ring learns of a new version at once, the other one goes on with the old ring for a while.
    const processes = ["50", "1500"].map((refreshMs, writer) => {
      const child = spawn(
        process.execPath,
        ["--conditions=@offramp/source", program, String(writer + 1), keyFile, refreshMs],
        {
          env: { ...process.env, DATABASE_URL: database.url },
          stdio: ["pipe", "pipe", "inherit"],
        },
      );
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      return { child, next: async (): Promise<string> => String((await lines.next()).value) };
    });
    for (const each of processes) expect(await each.next()).toBe("running");
    const rotated = await rotateDataKey(database.db, "phi", { wrapper: wrapper(), activateAfterMs: 2_500 });
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    await reencrypt(database.db, new KeyRing(database.db, wrapper()), { table: "load", batchSize: 50 });
    await retireKeyVersion(database.db, { name: "phi", version: 1 }, { settledMs: 400 });
    await new Promise((resolve) => setTimeout(resolve, 1_800));
    const totals = { written: 0, wrong: 0, unfound: 0, errors: [] as string[] };
    for (const { child, next } of processes) {
      child.stdin.end();
      const done = JSON.parse(await next()) as typeof totals & { updated: number };
      expect(done.updated).toBeGreaterThan(3);
      totals.written += done.written;
      totals.wrong += done.wrong;
      totals.unfound += done.unfound;
      totals.errors.push(...done.errors);
      await once(child, "exit");
    }
    expect(totals).toEqual({ written: totals.written, wrong: 0, unfound: 0, errors: [] });
    expect(totals.written).toBeGreaterThan(50);
    expect(await usage()).toEqual([
      { table: "public.load", column: "value", version: rotated, values: totals.written },
    ]);
    const keys = new KeyRing(database.db, wrapper());
    await keys.ready();
    for (const row of await database.db.query({
      text: "select id, encode(value, 'hex') as value from load",
    })) {
      const id = Number(row["id"]);
      const expected = `"value ${Math.floor(id / 1_000_000)} ${id % 1_000_000}"`;
      expect(keys.open(value, [String(id)], Buffer.from(row["value"] ?? "", "hex"))).toBe(expected);
    }
  },
);
