import { readFileSync } from "node:fs";
import { generateDrizzleJson, generateMigration } from "drizzle-kit/api";
import { getTableColumns } from "drizzle-orm";
import { beforeAll, describe, expect, expectTypeOf, test } from "vitest";

import { dataSubjects, migrate, phi, phiMarks } from "../src/index.ts";
import * as schema from "../src/schema.ts";
import { only, rejection, testDatabase } from "./test-database.ts";

const database = testDatabase();
const ANN = "00000000-0000-4000-8000-000000000001";
const TEST = "00000000-0000-4000-8000-000000000002";

beforeAll(async () => {
  await migrate(database.db);
  await database.db.query({
    text: `insert into profiles (id, email) values ('${ANN}', 'ann@example.org');
      insert into metabolic_tests (id, user_id, test_date) values ('${TEST}', '${ANN}', '2026-07-04');
      insert into reports (user_id, test_id) values ('${ANN}', '${TEST}');
      insert into subscriptions (user_id) values ('${ANN}');`,
    script: true,
  });
});

async function columns(table: string): Promise<string[]> {
  const rows = await database.db.query({
    text: `select attname || ' ' || format_type(atttypid, atttypmod) || case when attnotnull then ' not null' else '' end
        || coalesce(' default ' || pg_get_expr(adbin, adrelid), '') as definition
      from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
      where attrelid = $1::regclass and attnum > 0 order by attnum`,
    values: [table],
  });
  return rows.map((row) => row["definition"] ?? "");
}

describe("the clinic's tables", () => {
  test.each([
    [
      "profiles",
      [
        "id uuid not null default gen_random_uuid()",
        "email text not null",
        "password_hash text",
        "full_name text",
        "date_of_birth date",
        "mfa_secret text",
        "mfa_enabled boolean default false",
        "created_at timestamp with time zone default now()",
        "updated_at timestamp with time zone default now()",
        "last_login timestamp with time zone",
      ],
    ],
    [
      "metabolic_tests",
      [
        "id uuid not null default gen_random_uuid()",
        "user_id uuid",
        "test_date date not null",
        "vo2_max numeric(5,2)",
        "rmr integer",
        "rer numeric(3,2)",
        "heart_rate_zones jsonb",
        "raw_data jsonb",
        "created_at timestamp with time zone default now()",
      ],
    ],
    [
      "reports",
      [
        "id uuid not null default gen_random_uuid()",
        "user_id uuid",
        "test_id uuid",
        "report_type character varying(50)",
        "pdf_s3_key text",
        "html_content text",
        "biological_age integer",
        "created_at timestamp with time zone default now()",
      ],
    ],
    [
      "subscriptions",
      [
        "id uuid not null default gen_random_uuid()",
        "user_id uuid",
        "tier character varying(50)",
        "status character varying(50)",
        "stripe_customer_id text",
        "stripe_subscription_id text",
        "reports_remaining integer",
        "ai_credits_remaining integer",
        "created_at timestamp with time zone default now()",
        "updated_at timestamp with time zone default now()",
      ],
    ],
  ])("%s", async (table, expected) => {
    expect(await columns(table)).toEqual(expected);
  });

  test("indexes", async () => {
    const rows = await database.db.query({
      text: "select tablename || '(' || substring(indexdef from '\\((.*)\\)$') || ')' || case when indexdef like 'CREATE UNIQUE%' then ' unique' else '' end as index from pg_indexes where schemaname = 'public' order by 1",
    });
    expect(rows.map((row) => row["index"])).toEqual([
      "metabolic_tests(id) unique",
      "metabolic_tests(test_date)",
      "metabolic_tests(user_id)",
      "profiles(email) unique",
      "profiles(id) unique",
      "reports(created_at)",
      "reports(id) unique",
      "reports(test_id)",
      "reports(user_id)",
      "subscriptions(id) unique",
      "subscriptions(stripe_customer_id)",
      "subscriptions(user_id)",
    ]);
  });

  test("an email belongs to one profile", async () => {
    expect(
      await rejection(database.db.query({ text: "insert into profiles (email) values ('ann@example.org')" })),
    ).toMatchObject({ code: "23505" });
    expect(
      await rejection(database.db.query({ text: "insert into profiles (full_name) values ('Ann')" })),
    ).toMatchObject({ code: "23502" });
  });

  test.each(["profiles", "subscriptions"])("an update of %s renews updated_at", async (table) => {
    const id = table === "profiles" ? "id" : "user_id";
    const text = `update ${table} set created_at = created_at, updated_at = '2000-01-01' where ${id} = $1 returning updated_at = now() as renewed`;
    expect(await database.db.query({ text, values: [ANN] })).toEqual([{ renewed: "t" }]);
  });

  test("a report outlives its test, and nothing outlives the patient", async () => {
    await database.db.query({ text: "delete from metabolic_tests where id = $1", values: [TEST] });
    expect(await database.db.query({ text: "select test_id from reports" })).toEqual([{ test_id: null }]);
    await database.db.query({
      text: "insert into metabolic_tests (user_id, test_date) values ($1, '2026-07-05')",
      values: [ANN],
    });
    await database.db.query({ text: "delete from profiles where id = $1", values: [ANN] });
    const left = only(
      await database.db.query({
        text: "select (select count(*) from metabolic_tests) + (select count(*) from reports) + (select count(*) from subscriptions) as n",
      }),
    );
    expect(left).toEqual({ n: "0" });
  });
});

test("the committed migrations are those of the schema", async () => {
  const folder = new URL("../migrations/meta/", import.meta.url);
  const journal = JSON.parse(readFileSync(new URL("_journal.json", folder), "utf8")) as {
    entries: { tag: string }[];
  };
  const last = journal.entries.at(-1)?.tag.slice(0, 4);
  const snapshot = JSON.parse(readFileSync(new URL(`${last}_snapshot.json`, folder), "utf8")) as Parameters<
    typeof generateMigration
  >[0];
  const now = generateDrizzleJson({ ...schema }, snapshot.id);
  expect(await generateMigration(snapshot, now)).toEqual([]);
});

describe("marks", () => {
  test("the PHI inventory", () => {
    expect(
      phiMarks(schema)
        .map(({ schema: name, table, column, kind }) => `${name}.${table}.${column} ${kind}`)
        .toSorted(),
    ).toEqual([
      "public.metabolic_tests.heart_rate_zones health",
      "public.metabolic_tests.rer health",
      "public.metabolic_tests.rmr health",
      "public.metabolic_tests.vo2_max health",
      "public.profiles.date_of_birth demographic",
      "public.profiles.email identifier",
      "public.profiles.full_name identifier",
      "public.reports.biological_age health",
      "public.reports.html_content health",
    ]);
  });

  test("the columns that lead to the patient", () => {
    expect(
      dataSubjects(schema)
        .map(({ table, column }) => `${table}.${column}`)
        .toSorted(),
    ).toEqual(["metabolic_tests.user_id", "profiles.id", "reports.user_id", "subscriptions.user_id"]);
  });

  test("a mark survives what is chained after it, and tables in other schemas", async () => {
    const { pgSchema, text } = await import("drizzle-orm/pg-core");
    const table = pgSchema("lab").table("sample", {
      note: phi(text(), "health").notNull().default("x"),
      plain: text(),
    });
    expect(phiMarks({ table, other: 1, nothing: null })).toEqual([
      { schema: "lab", table: "sample", column: "note", kind: "health" },
    ]);
    expect(() => phi({} as never, "health")).toThrow(/take a Drizzle column builder/);
  });

  test("a mark does not change the column's type", () => {
    expectTypeOf<typeof schema.profiles.$inferSelect>().toEqualTypeOf<{
      id: string;
      email: string;
      passwordHash: string | null;
      fullName: string | null;
      dateOfBirth: string | null;
      mfaSecret: string | null;
      mfaEnabled: boolean | null;
      createdAt: Date | null;
      updatedAt: Date | null;
      lastLogin: Date | null;
    }>();
    expect(Object.keys(getTableColumns(schema.metabolicTests))).toContain("vo2Max");
  });

  test("are found by the other build of this package", () => {
    // The marks are on registered symbols, which a second copy of the code reads too.
    const column = schema.profiles.email as unknown as { config: Record<symbol, unknown> };
    expect(column.config[Symbol.for("offramp.phi")]).toBe("identifier");
  });
});
