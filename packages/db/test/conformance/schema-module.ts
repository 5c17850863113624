import { isNotNull, sql } from "drizzle-orm";
import {
  bigint,
  bigserial,
  boolean,
  check,
  date,
  foreignKey,
  index,
  integer,
  jsonb,
  numeric,
  pgEnum,
  pgMaterializedView,
  pgPolicy,
  pgSchema,
  pgSequence,
  pgTable,
  pgView,
  primaryKey,
  serial,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
  varchar,
} from "drizzle-orm/pg-core";
import { dataSubject, phi } from "../../src/index.ts";

export const billing = pgSchema("billing");
export const status = pgEnum("status", ["pending", "it's done"]);
export const currency = billing.enum("currency", ["EUR", "USD"]);
export const ticket = pgSequence("ticket", { startWith: 100, increment: 5, cycle: true });

export const people = pgTable(
  "people",
  {
    id: dataSubject(uuid("id").primaryKey().defaultRandom()),
    code: serial("code").notNull(),
    Name: phi(text("Name").notNull().default("it's"), "identifier"),
    state: status("state").default("pending"),
    states: status("states").array().default(["pending"]),
    tags: text("tags").array().notNull().default([]),
    score: numeric("score", { precision: 5, scale: 2 }).default("0"),
    count: integer("count").default(3),
    active: boolean("active").default(true),
    settings: jsonb("settings").default({ a: [1, "x"] }),
    born: date("born").default("2000-02-29"),
    short: varchar("short", { length: 10 }).unique("short_once", { nulls: "not distinct" }),
    number: bigint("number", { mode: "number" }).generatedAlwaysAsIdentity({ startWith: 10 }),
    upper: text("upper").generatedAlwaysAs(sql`upper("Name")`),
    createdAt: timestamp("created_at", { withTimezone: true }).defaultNow(),
    boss: uuid("boss"),
  },
  (table) => [
    foreignKey({ columns: [table.boss], foreignColumns: [table.id], name: "boss_fk" }).onDelete("set null"),
    check("score_positive", sql`${table.score} >= 0`),
    index("people_name_idx").on(table.Name.desc(), table.born.nullsFirst()).where(isNotNull(table.born)),
    index("people_lower_idx").using("btree", sql`lower(${table.Name})`),
    index("people_trgm_idx").using("gin", table.Name.op("gin_trgm_ops")),
    uniqueIndex("people_code_idx").on(table.code),
    pgPolicy("named", { for: "select", using: sql`${table.Name} <> ''` }),
    pgPolicy("invoiced", {
      as: "restrictive",
      for: "select",
      using: sql`exists (select from billing.invoices i where i.person_id = ${table.id})`,
    }),
  ],
);

export const invoices = billing.table(
  "invoices",
  {
    year: integer("year").notNull(),
    number: bigserial("number", { mode: "number" }).notNull(),
    personId: uuid("person_id").references(() => people.id, { onDelete: "cascade", onUpdate: "restrict" }),
    currency: currency("currency").notNull().default("EUR"),
    cents: integer("cents").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.year, table.number] }),
    unique().on(table.personId, table.year),
    check("cents_small", sql`${table.cents} between 0 and 1000000`),
    index().on(table.cents),
  ],
);

export const adults = pgView("adults").as((query) =>
  query
    .select({ id: people.id, name: people.Name })
    .from(people)
    .where(sql`${people.born} < '2008-01-01'`),
);
export const totals = pgMaterializedView("totals").as((query) =>
  query
    .select({ personId: invoices.personId, cents: sql<number>`sum(${invoices.cents})`.as("cents") })
    .from(invoices)
    .groupBy(invoices.personId),
);
