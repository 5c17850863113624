import { eq, relations, sql } from "drizzle-orm";
import { drizzle as drizzleOnPg } from "drizzle-orm/node-postgres";
import {
  bigint,
  boolean,
  char,
  customType,
  date,
  integer,
  interval,
  numeric,
  pgEnum,
  pgTable,
  text,
  timestamp,
  uuid,
  varchar,
} from "drizzle-orm/pg-core";
import { drizzle as drizzleOnPostgres, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encryptedDrizzle } from "../../src/drizzle-entry.ts";
import {
  createDataKey,
  encryptedColumnsMigration,
  encryptionMigrations,
  KeyRing,
} from "../../src/encryption-entry.ts";
import { encrypted, encryptedColumns, migrate, migration } from "../../src/index.ts";
import { rejection, testDatabase } from "../test-database.ts";
import { memoryWrapper } from "./patients.ts";

const key = "phi";
const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => "bytea" });
const mood = pgEnum("mood", ["calm", 'so "so"', "it's bad"]);

const records = pgTable("records", {
  id: integer("id").primaryKey(),
  parentId: integer("parent_id"),
  code: encrypted(char("code", { length: 4 }), { key, searchable: "equality" }),
  short: encrypted(varchar("short", { length: 5 }), { key }),
  scan: encrypted(bytea("scan"), { key, searchable: "equality" }),
  lasts: encrypted(interval("lasts"), { key, searchable: "equality" }),
  mood: encrypted(mood("mood"), { key }),
  moods: encrypted(mood("moods").array(), { key }),
  tags: encrypted(text("tags").array(), { key, searchable: "equality" }),
  grid: encrypted(integer("grid").array().array(), { key }),
  doses: encrypted(numeric("doses", { precision: 8, scale: 3 }).array(), { key }),
  counts: encrypted(bigint("counts", { mode: "bigint" }).array(), { key }),
  flags: encrypted(boolean("flags").array(), { key }),
  days: encrypted(date("days").array(), { key }),
  moments: encrypted(timestamp("moments", { withTimezone: true }).array(), { key }),
  devices: encrypted(uuid("devices").array(), { key }),
});
const recordsRelations = relations(records, ({ one }) => ({
  parent: one(records, { fields: [records.parentId], references: [records.id] }),
}));
const schema = { records, recordsRelations };
const stored = encryptedColumns(schema).map(({ column }) => column);

const row = {
  id: 1,
  parentId: 1,
  code: "ab  ",
  short: "äöüß!",
  scan: Buffer.from([0, 92, 120, 255]),
  lasts: "1 mon -1 days +02:03:04.5",
  mood: 'so "so"',
  moods: ["it's bad", 'so "so"'],
  tags: ["a", "", "null", 'say "no"', "back\\slash", "{b,c}", "d, e", "é"],
  grid: [
    [1, 2],
    [3, 4],
  ],
  doses: ["0.500", "12345.679"],
  counts: [9223372036854775807n, -1n],
  flags: [true, false],
  days: ["1980-02-29", "2026-11-26"],
  moments: [new Date("2026-01-02T03:04:05.678Z")],
  devices: ["6f9619ff-8b86-d011-b42d-00c04fc964ff"],
} as const;
type Given = typeof records.$inferInsert;
const given = row as unknown as Given;

const database = testDatabase();
const wrapper = memoryWrapper();
const closing: (() => Promise<void>)[] = [];
const opened: Record<string, Omit<PostgresJsDatabase<typeof schema>, "$client">> = {};

beforeAll(async () => {
  const columns = stored.map((column) => `${column} bytea`).join(", ");
  const tables = {
    name: "tables",
    migrations: () => [
      migration("0000", [`create table records (id integer primary key, parent_id integer, ${columns})`]),
    ],
  };
  await migrate(database.db, [encryptionMigrations, tables, encryptedColumnsMigration(schema)]);
  await createDataKey(database.db, key, wrapper);
  const keys = new KeyRing(database.db, wrapper);
  const postgresJs = drizzleOnPostgres(database.url, { schema });
  const pool = new Pool({ connectionString: database.url, max: 2 });
  pool.on("connect", (client) => client.on("error", () => undefined));
  pool.on("error", () => undefined);
  opened["postgres.js"] = encryptedDrizzle(postgresJs, keys);
  opened["pg"] = encryptedDrizzle(drizzleOnPg(pool, { schema }), keys) as unknown as PostgresJsDatabase<
    typeof schema
  >;
  closing.push(
    () => postgresJs.$client.end(),
    () => pool.end(),
  );
});
afterAll(async () => {
  for (const close of closing) await close();
});

describe.each(["postgres.js", "pg"])("every type on %s", (driver) => {
  test("comes back as it went, from insert, select, relations, update and upsert", async () => {
    const db = opened[driver] as PostgresJsDatabase<typeof schema>;
    await db.delete(records);
    expect(await db.insert(records).values(given).returning()).toEqual([row]);
    expect(await db.select().from(records)).toEqual([row]);
    expect(await db.query.records.findMany({ with: { parent: { with: { parent: true } } } })).toEqual([
      { ...row, parent: { ...row, parent: row } },
    ]);
    const changed = {
      ...row,
      code: "x   ",
      tags: [],
      lasts: "00:00:00",
      grid: [[5], [6]],
      scan: Buffer.alloc(0),
    };
    const { id: _, ...set } = changed as unknown as Given;
    await db.update(records).set(set).where(eq(records.id, 1));
    expect(await db.select().from(records)).toEqual([changed]);
    const excluded = Object.fromEntries(stored.map((column) => [column, sql.raw(`excluded.${column}`)]));
    await db.insert(records).values(given).onConflictDoUpdate({ target: records.id, set: excluded });
    expect(await db.select().from(records)).toEqual([row]);
  });

  test("is found by equality as PostgreSQL has it", async () => {
    const db = opened[driver] as PostgresJsDatabase<typeof schema>;
    await db.delete(records);
    await db.insert(records).values(given);
    const found = async (where: Parameters<ReturnType<ReturnType<typeof db.select>["from"]>["where"]>[0]) =>
      (await db.select({ id: records.id }).from(records).where(where)).length;
    // Spaces at the end of a char, a month of thirty days, and the same members.
    expect(await found(eq(records.code, "ab"))).toBe(1);
    expect(await found(eq(records.lasts, "29 days 02:03:04.5"))).toBe(1);
    expect(await found(eq(records.scan, Buffer.from([0, 92, 120, 255])))).toBe(1);
    expect(await found(eq(records.tags, [...row.tags]))).toBe(1);
    expect(await found(eq(records.tags, row.tags.slice(1)))).toBe(0);
  });

  test("refuses what the type refuses, and does not repeat it", async () => {
    const db = opened[driver] as PostgresJsDatabase<typeof schema>;
    for (const [set, message] of [
      [{ code: "zonkzonk" }, "value too long for type character(4)"],
      [{ mood: "zonk" as "calm" }, "invalid input value for enum mood"],
      [{ lasts: "zonk" }, "invalid input syntax for type interval"],
      [{ grid: [[1], [2, 3]] }, "malformed JSON array"],
    ] as const) {
      const error = await rejection(
        db
          .update(records)
          .set(set as never)
          .where(eq(records.id, 1))
          .execute(),
      );
      const told = `${error.message} ${String(error.cause)}`;
      expect(told).toContain(message);
      expect(told).not.toContain("zonk");
    }
  });
});

test("what cannot be encrypted, or not searched, is refused where it is declared", () => {
  const declare = (column: object, searchable?: "equality") => () =>
    pgTable("t", {
      id: integer("id").primaryKey(),
      c: encrypted(column, { key, ...(searchable === undefined ? {} : { searchable }) }) as never,
    });
  expect(declare(bytea("c").array())).toThrow(/bytea\[\]; it can be .*an enum, an array/);
  expect(declare(mood("c"), "equality")).toThrow(/cannot be searched for equality/);
  expect(declare(interval("c", { fields: "day" }))).toThrow(/it can be/);
});
