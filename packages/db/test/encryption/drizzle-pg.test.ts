import { eq, relations } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { jsonb, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { Pool } from "pg";
import { expect, test } from "vitest";
import { encryptedDrizzle } from "../../src/drizzle-entry.ts";
import {
  createDataKey,
  encryptedColumnsMigration,
  encryptionMigrations,
  KeyRing,
} from "../../src/encryption-entry.ts";
import { encrypted, migrate, migration } from "../../src/index.ts";
import { only, testDatabase } from "../test-database.ts";
import { memoryWrapper } from "./patients.ts";

const database = testDatabase();
const key = "phi";
const people = pgTable("people", {
  id: uuid("id").primaryKey().defaultRandom(),
  ssn: encrypted(text("ssn"), { key, searchable: "equality" }),
  seen: encrypted(timestamp("seen", { withTimezone: true }), { key }),
  chart: encrypted(jsonb("chart"), { key }),
});
const notes = pgTable("notes", {
  id: uuid("id").primaryKey().defaultRandom(),
  personId: uuid("person_id"),
  body: encrypted(text("body"), { key }),
});
const peopleRelations = relations(people, ({ many }) => ({ notes: many(notes) }));
const notesRelations = relations(notes, ({ one }) => ({
  person: one(people, { fields: [notes.personId], references: [people.id] }),
}));
const schema = { people, notes, peopleRelations, notesRelations };
const TABLES = `create table people (id uuid primary key, ssn bytea, seen bytea, chart bytea);
create table notes (id uuid primary key, person_id uuid, body bytea);`;

test("node-postgres gives and takes what postgres.js does", async () => {
  const tables = { name: "tables", migrations: () => [migration("0000", [TABLES])] };
  await migrate(database.db, [encryptionMigrations, tables, encryptedColumnsMigration(schema)]);
  const wrapper = memoryWrapper();
  await createDataKey(database.db, key, wrapper);
  const pool = new Pool({ connectionString: database.url, max: 2 });
  // One that is ending may still hear that its server stops.
  pool.on("connect", (client) => client.on("error", () => undefined));
  pool.on("error", () => undefined);
  const db = encryptedDrizzle(drizzle(pool, { schema }), new KeyRing(database.db, wrapper));
  const seen = new Date("2026-01-02T03:04:05.678Z");
  const chart = { zones: [1, 2.5] };
  const person = only(await db.insert(people).values({ ssn: "078-05-1120", seen, chart }).returning());
  expect(person).toMatchObject({ ssn: "078-05-1120", seen, chart });
  await db.transaction((tx) => tx.insert(notes).values({ personId: person.id, body: "asthma" }));
  const found = await db.query.people.findMany({
    where: eq(people.ssn, "078-05-1120"),
    with: { notes: { columns: { body: true } } },
  });
  expect(found).toEqual([{ ...person, notes: [{ body: "asthma" }] }]);
  expect(await db.$count(people, eq(people.ssn, "078-05-1120"))).toBe(1);
  await pool.end();
});

test("a migration that drizzle-kit writes has the stored type", () => {
  expect([people.ssn, people.seen, people.chart].map((column) => column.getSQLType())).toEqual([
    "bytea",
    "bytea",
    "bytea",
  ]);
});
