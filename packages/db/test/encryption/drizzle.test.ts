import { randomBytes } from "node:crypto";
import {
  and,
  asc,
  count,
  desc,
  eq,
  gt,
  inArray,
  isNotNull,
  isNull,
  like,
  max,
  ne,
  or,
  relations,
  sql,
} from "drizzle-orm";
import {
  alias,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  serial,
  text,
  timestamp,
  uuid,
} from "drizzle-orm/pg-core";
import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { afterAll, beforeAll, beforeEach, describe, expect, expectTypeOf, test } from "vitest";
import { encryptedDrizzle } from "../../src/drizzle-entry.ts";
import {
  createDataKey,
  encryptedColumnsMigration,
  encryptionMigrations,
  KeyRing,
  rotateDataKey,
} from "../../src/encryption-entry.ts";
import { encrypted, migrate, migration } from "../../src/index.ts";
import { only, rejection, testDatabase } from "../test-database.ts";
import { memoryWrapper } from "./patients.ts";

const database = testDatabase();
const wrapper = memoryWrapper();
const key = "phi";

const people = pgTable("people", {
  id: uuid("id").primaryKey().defaultRandom(),
  name: text("name"),
  ssn: encrypted(text("ssn"), { key, searchable: "equality" }),
  weight: encrypted(numeric("weight", { precision: 5, scale: 2 }), { key }),
  seen: encrypted(timestamp("seen", { withTimezone: true }), { key }),
  chart: encrypted(jsonb("chart").$type<{ readonly zones: readonly number[] }>(), { key }),
});
const notes = pgTable("notes", {
  id: serial("id").primaryKey(),
  personId: uuid("person_id").references(() => people.id),
  body: encrypted(text("body").notNull(), { key }),
});
const beds = pgTable(
  "beds",
  { ward: text("ward").notNull(), bed: integer("bed").notNull(), code: encrypted(integer("code"), { key }) },
  (table) => [primaryKey({ columns: [table.ward, table.bed] })],
);
const peopleRelations = relations(people, ({ many }) => ({ notes: many(notes) }));
const notesRelations = relations(notes, ({ one }) => ({
  person: one(people, { fields: [notes.personId], references: [people.id] }),
}));
const schema = { people, notes, beds, peopleRelations, notesRelations };

const TABLES = `create table people (
  id uuid primary key default gen_random_uuid(), name text, ssn bytea, weight bytea, seen bytea, chart bytea
);
create table notes (id serial primary key, person_id uuid references people, body bytea not null);
create table beds (ward text, bed integer, code bytea, primary key (ward, bed));`;

const ADA = "00000000-0000-4000-8000-00000000000a";
const SEEN = new Date("2026-01-02T03:04:05.678Z");
let plain: PostgresJsDatabase<typeof schema>;
let db: Omit<PostgresJsDatabase<typeof schema>, "$client">;
let sent: { readonly query: string; readonly params: readonly unknown[] }[] = [];

beforeAll(async () => {
  const tables = { name: "tables", migrations: () => [migration("0000", [TABLES])] };
  await migrate(database.db, [encryptionMigrations, tables, encryptedColumnsMigration(schema)]);
  await createDataKey(database.db, key, wrapper);
  const logger = { logQuery: (query: string, params: unknown[]): void => void sent.push({ query, params }) };
  const made = drizzle(database.url, { schema, logger });
  plain = made;
  db = encryptedDrizzle(made, new KeyRing(database.db, wrapper));
  return () => made.$client.end();
});

beforeEach(async () => {
  await database.db.query({ text: "truncate people, notes, beds restart identity" });
  await db
    .insert(people)
    .values([
      { id: ADA, name: "Ada", ssn: "078-05-1120", weight: "61.5", seen: SEEN, chart: { zones: [1, 2.5] } },
      { name: "Ben" },
    ]);
  await db.insert(notes).values([
    { id: 1, personId: ADA, body: "asthma" },
    { id: 2, personId: ADA, body: 'said "no"' },
  ]);
  sent = [];
});
afterAll(() => undefined);

const ada = {
  id: ADA,
  name: "Ada",
  ssn: "078-05-1120",
  weight: "61.50",
  seen: SEEN,
  chart: { zones: [1, 2.5] },
};

describe("a select", () => {
  test("decrypts typed values", async () => {
    const found = await db.select().from(people).where(eq(people.id, ADA));
    expect(found).toEqual([ada]);
    expectTypeOf(only(found).ssn).toEqualTypeOf<string | null>();
    expectTypeOf(only(found).chart).toEqualTypeOf<{ readonly zones: readonly number[] } | null>();
    expect(await db.select({ number: people.ssn }).from(people).orderBy(people.name)).toEqual([
      { number: "078-05-1120" },
      { number: null },
    ]);
  });

  test("joins, aliases and subqueries", async () => {
    const other = alias(people, "other");
    const joined = await db
      .select({ body: notes.body, ssn: other.ssn })
      .from(notes)
      .innerJoin(other, eq(other.id, notes.personId))
      .where(eq(other.ssn, "078-05-1120"))
      .orderBy(notes.id);
    expect(joined).toEqual([
      { body: "asthma", ssn: "078-05-1120" },
      { body: 'said "no"', ssn: "078-05-1120" },
    ]);
    const left = await db
      .select()
      .from(people)
      .leftJoin(notes, eq(notes.personId, people.id))
      .where(eq(people.name, "Ben"));
    expect(left).toMatchObject([{ people: { name: "Ben", ssn: null }, notes: null }]);
    const found = await db
      .select({ id: notes.id })
      .from(notes)
      .where(
        inArray(
          notes.personId,
          db.select({ id: people.id }).from(people).where(eq(people.ssn, "078-05-1120")),
        ),
      )
      .orderBy(notes.id);
    expect(found).toEqual([{ id: 1 }, { id: 2 }]);
  });

  test("through subqueries and common table expressions, with or without the key among what they select", async () => {
    const noted = db.select({ body: notes.body, personId: notes.personId }).from(notes).as("noted");
    const both = await db
      .select({ body: noted.body, ssn: people.ssn })
      .from(noted)
      .innerJoin(people, eq(people.id, noted.personId));
    expect(both.map(({ body, ssn }) => `${ssn}: ${body}`).toSorted()).toEqual([
      "078-05-1120: asthma",
      '078-05-1120: said "no"',
    ]);
    const found = db.$with("found").as(db.select().from(people).where(eq(people.ssn, "078-05-1120")));
    const outer = db.select().from(found).where(isNotNull(found.ssn)).as("again");
    expect(await db.with(found).select().from(outer)).toEqual([ada]);
    const error = await rejection(
      (async () => db.select({ id: noted.personId }).from(noted).where(eq(noted.body, "asthma")))(),
    );
    expect(error.message).toMatch(/Put the condition into the subquery/);
  });

  test("searches by eq, inArray and for null, alone and together", async () => {
    const named = async (where: Parameters<ReturnType<ReturnType<typeof db.select>["from"]>["where"]>[0]) =>
      (await db.select({ name: people.name }).from(people).where(where).orderBy(people.name)).map(
        ({ name }) => name,
      );
    expect(await named(eq(people.ssn, "078-05-1120"))).toEqual(["Ada"]);
    expect(await named(eq(people.ssn, "none"))).toEqual([]);
    expect(await named(inArray(people.ssn, ["x", "078-05-1120"]))).toEqual(["Ada"]);
    expect(await named(isNull(people.ssn))).toEqual(["Ben"]);
    expect(await named(and(isNotNull(people.ssn), eq(people.name, "Ada")))).toEqual(["Ada"]);
    expect(await named(or(eq(people.ssn, "078-05-1120"), eq(people.name, "Ben")))).toEqual(["Ada", "Ben"]);
    expect(await db.$count(people, eq(people.ssn, "078-05-1120"))).toBe(1);
    // A condition can be used again, and so can a prepared statement.
    const again = eq(people.ssn, "078-05-1120");
    expect([await named(again), await named(again)]).toEqual([["Ada"], ["Ada"]]);
    const prepared = db
      .select()
      .from(people)
      .where(eq(people.ssn, sql.placeholder("ssn")))
      .prepare("by_ssn");
    expect(await prepared.execute({ ssn: "078-05-1120" })).toEqual([ada]);
    expect(await prepared.execute({ ssn: "none" })).toEqual([]);
  });

  test("of relations, at any depth", async () => {
    const found = await db.query.people.findMany({
      columns: { name: true, ssn: true },
      where: eq(people.id, ADA),
      with: { notes: { columns: { body: true }, orderBy: desc(notes.id), with: { person: true } } },
    });
    expect(found).toEqual([
      {
        name: "Ada",
        ssn: "078-05-1120",
        notes: [
          { body: 'said "no"', person: ada },
          { body: "asthma", person: ada },
        ],
      },
    ]);
    expect(
      await db.query.notes.findFirst({ where: eq(notes.id, 1), with: { person: { with: { notes: true } } } }),
    ).toMatchObject({
      body: "asthma",
      person: { ssn: "078-05-1120", notes: [{ body: "asthma" }, { body: 'said "no"' }] },
    });
    expect((await db.query.people.findFirst({ where: eq(people.ssn, "078-05-1120") }))?.name).toBe("Ada");
  });
});

describe("a write", () => {
  test("returns what it wrote", async () => {
    const made = await db.insert(people).values({ name: "Cleo", ssn: "1" }).returning();
    expect(made).toMatchObject([{ name: "Cleo", ssn: "1", weight: null }]);
    const changed = await db
      .update(people)
      .set({ ssn: "2", weight: null })
      .where(eq(people.id, ADA))
      .returning({ ssn: people.ssn, weight: people.weight });
    expect(changed).toEqual([{ ssn: "2", weight: null }]);
    await db
      .update(people)
      .set({ ssn: "3" })
      .where(and(eq(people.id, ADA), eq(people.ssn, "2")));
    expect((await db.select({ ssn: people.ssn }).from(people).where(eq(people.ssn, "3"))).length).toBe(1);
    expect(await db.delete(people).where(eq(people.ssn, "1")).returning({ ssn: people.ssn })).toEqual([
      { ssn: "1" },
    ]);
  });

  test("with a key of two columns, on a conflict, and in a transaction", async () => {
    const row = { ward: "d,1", bed: 7, code: 99 };
    await db.insert(beds).values(row);
    await db
      .insert(beds)
      .values({ ...row, code: 100 })
      .onConflictDoUpdate({ target: [beds.ward, beds.bed], set: { code: sql`excluded.code` } });
    await db
      .update(beds)
      .set({ code: 101 })
      .where(and(eq(beds.ward, "d,1"), eq(beds.bed, 7)));
    await expect(
      db.transaction(async (tx) => {
        await tx
          .update(beds)
          .set({ code: 1 })
          .where(and(eq(beds.ward, "d,1"), eq(beds.bed, 7)));
        expect(await tx.select().from(beds)).toEqual([{ ...row, code: 1 }]);
        await tx.transaction(async (inner) => expect((await inner.query.beds.findFirst())?.code).toBe(1));
        tx.rollback();
      }),
    ).rejects.toThrow(/Rollback/i);
    expect(await db.select().from(beds)).toEqual([{ ...row, code: 101 }]);
  });

  test("takes prepared values, and sends none in the clear", async () => {
    const insert = db
      .insert(people)
      .values({ id: sql.placeholder("id"), ssn: sql.placeholder("ssn") })
      .prepare("insert_person");
    const id = "00000000-0000-4000-8000-00000000000c";
    await insert.execute({ id, ssn: "hunter2" });
    expect(await db.select({ id: people.id }).from(people).where(eq(people.ssn, "hunter2"))).toEqual([
      { id },
    ]);
    const statement = db.update(people).set({ ssn: "hunter2" }).where(eq(people.id, ADA));
    await statement;
    expect(JSON.stringify([sent, statement.toSQL()])).not.toContain("hunter2");
  });

  test("with a rotated key, read and found beside what is older", async () => {
    await rotateDataKey(database.db, key, { wrapper, activateAfterMs: 0 });
    const rotated = encryptedDrizzle(plain, new KeyRing(database.db, wrapper));
    await rotated.insert(people).values({ name: "Dan", ssn: "078-05-1120" });
    const found = await rotated
      .select({ name: people.name })
      .from(people)
      .where(eq(people.ssn, "078-05-1120"))
      .orderBy(people.name);
    expect(found).toEqual([{ name: "Ada" }, { name: "Dan" }]);
    expect(
      await database.db.query({ text: "select count(distinct get_byte(ssn, 24)) as versions from people" }),
    ).toEqual([{ versions: "2" }]);
  });
});

const from = () => db.select({ name: people.name }).from(people);

describe("refuses", () => {
  test.each([
    ["another comparison", () => from().where(gt(people.ssn, "0"))],
    ["ne", () => from().where(ne(people.ssn, "0"))],
    ["a pattern", () => from().where(like(people.ssn, "0%"))],
    ["equality where it is not searchable", () => db.select().from(notes).where(eq(notes.body, "asthma"))],
    ["order", () => from().orderBy(people.ssn)],
    ["order in a direction", () => from().orderBy(asc(people.ssn))],
    ["a group", () => db.select({ n: count() }).from(people).groupBy(people.ssn)],
    ["an aggregate", () => db.select({ most: max(people.ssn) }).from(people)],
    ["SQL around it", () => db.select({ part: sql`left(${people.ssn}, 3)` }).from(people)],
    [
      "an update without the row's key",
      () => db.update(people).set({ ssn: "1" }).where(eq(people.name, "Ada")),
    ],
    [
      "an update of one of two rows",
      () =>
        db
          .update(people)
          .set({ ssn: "1" })
          .where(or(eq(people.id, ADA), eq(people.name, "Ben"))),
    ],
    [
      "an upsert on other columns than the key",
      () =>
        db
          .insert(people)
          .values({ id: ADA, name: "Ada", ssn: "hunter2" })
          .onConflictDoUpdate({ target: people.name, set: { ssn: sql`excluded.ssn` } }),
    ],
    ["an update of the key", () => db.update(people).set({ id: ADA }).where(eq(people.name, "Ada"))],
    ["an insert whose key the database makes", () => db.insert(notes).values({ body: "x" })],
    [
      "SQL as a value",
      () =>
        db
          .update(people)
          .set({ ssn: sql`'x'` })
          .where(eq(people.id, ADA)),
    ],
    [
      "a value on a conflict",
      () =>
        db
          .insert(people)
          .values({ id: ADA, ssn: "x" })
          .onConflictDoUpdate({ target: people.id, set: { ssn: "y" } }),
    ],
    ["an insert from a select", () => db.insert(people).select(db.select().from(people))],
    ["Drizzle without keys that reads", () => plain.select().from(people)],
    ["Drizzle without keys that writes", () => plain.insert(people).values({ ssn: "hunter2" })],
    [
      "Drizzle without keys that compares",
      () => plain.select({ id: people.id }).from(people).where(eq(people.ssn, "hunter2")),
    ],
  ])("%s", async (_, work) => {
    const error = await rejection((async () => work())());
    const messages = [error, error.cause].map((each) => (each instanceof Error ? each.message : ""));
    expect(messages.join(" ")).toMatch(/The (?:encrypted )?column /);
    expect(JSON.stringify([messages, sent])).not.toContain("hunter2");
  });

  test("a value that was moved to another row", async () => {
    await database.db.query({
      text: "update notes set body = (select body from notes where id = 1) where id = 2",
    });
    const error = await rejection(db.select().from(notes).execute());
    expect(error.message + String(error.cause)).toMatch(/does not belong to its row and column/);
    expect(error.message).not.toContain("asthma");
  });
});

test("a statement without an encrypted column has the text that Drizzle gives it", () => {
  const build = (on: Pick<typeof plain, "select">) =>
    on
      .select({ name: people.name })
      .from(people)
      .where(eq(people.name, randomBytes(0).toString()))
      .orderBy(people.name)
      .toSQL();
  expect(build(db)).toEqual(build(plain));
});
