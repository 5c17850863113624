import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  ADA,
  type Answer,
  type AuditBench,
  auditBench,
  BEN,
  PHI_VALUES,
  REPORT,
  TEST,
} from "./audit-bench.ts";
import type { SupabaseClient } from "../../src/index.ts";

const MORE = `
  create function initials(profiles) returns text stable language sql as $$ select left($1.full_name, 1) $$;
  create function patients_called(part text) returns setof profiles stable language sql
    as $$ select * from profiles where full_name like part $$;
  create function profiles(n int) returns int immutable language sql as $$ select n $$;
  create table record (id int primary key, diagnosis text);
  create table diary (email text primary key, mood text, patient_id uuid);
  insert into record values (1, 'x');
  insert into diary values ('ada@phi.example', 'good', '${ADA}');
  insert into audit.phi_column (table_schema, table_name, column_name, kind) values
    ('public', 'record', 'diagnosis', 'health'), ('public', 'diary', 'email', 'identifier'), ('public', 'diary', 'mood', 'health');
  insert into audit.phi_subject (table_schema, table_name, column_name) values ('public', 'diary', 'patient_id');
  create function counted(n int) returns table (number int, diagnosis text) stable language sql
    as $$ select id, 'none' from record where id <= n $$;`;

let bench: AuditBench;

beforeAll(async () => {
  bench = await auditBench(MORE);
});

afterAll(() => bench.close());

/** A read, and what its one record says. */
interface ReadCase {
  readonly name: string;
  readonly call: (db: SupabaseClient) => PromiseLike<Answer>;
  /** As `table.column`, of the schema public. */
  readonly columns: readonly string[];
  /** Keys by table; null where the record names no rows. */
  readonly keys: Readonly<Record<string, readonly string[]>> | null;
  readonly subjects: readonly string[];
  readonly rows: number;
  readonly action?: "EXECUTE";
}

async function expectRead(expected: ReadCase): Promise<void> {
  const { answer, records, statements } = await bench.run(expected.call);
  expect(answer.error).toBeNull();
  // The very statement that brought the rows wrote the record, and it was the only one.
  expect(statements.map(({ on }) => on)).toEqual(["alone"]);
  const columns = expected.columns.map((column) => `public.${column}`).toSorted();
  expect(records).toHaveLength(1);
  expect(records[0]).toMatchObject({
    action: expected.action ?? "READ",
    outcome: "success",
    sqlstate: null,
    columns,
    relations: [...new Set(columns.map((column) => column.split(".").slice(0, 2).join(".")))],
    rowCount: expected.rows,
    actorId: "dr-1",
    actorRole: "clinician",
    purpose: "TREAT",
    details: null,
  });
  const [record] = records;
  expect(sorted(record?.recordKeys)).toEqual(
    expected.keys === null
      ? null
      : sorted(
          Object.fromEntries(Object.entries(expected.keys).map(([table, keys]) => [`public.${table}`, keys])),
        ),
  );
  expect([...(record?.subjects ?? [])].toSorted()).toEqual(expected.subjects.toSorted());
  expectNoPhi(JSON.stringify(records));
}

function sorted(keys: Readonly<Record<string, readonly string[]>> | null | undefined) {
  if (keys === null || keys === undefined) return null;
  return Object.fromEntries(Object.entries(keys).map(([table, list]) => [table, list.toSorted()]));
}

function expectNoPhi(text: string): void {
  expect(PHI_VALUES.filter((value) => text.includes(value))).toEqual([]);
}

const BOTH = { profiles: [ADA, BEN] };
const PROFILE_PHI = ["profiles.email", "profiles.full_name", "profiles.date_of_birth"];

const READS: readonly ReadCase[] = [
  {
    name: "columns",
    call: (db) => db.from("profiles").select("id, email"),
    columns: ["profiles.email"],
    keys: BOTH,
    subjects: [ADA, BEN],
    rows: 2,
  },
  {
    name: "all columns",
    call: (db) => db.from("profiles").select().eq("id", BEN),
    columns: PROFILE_PHI,
    keys: { profiles: [BEN] },
    subjects: [BEN],
    rows: 1,
  },
  {
    name: "an alias, a cast and a path do not hide a column",
    call: (db) => db.from("metabolic_tests").select("a:vo2_max, rmr::text, heart_rate_zones->max"),
    columns: ["metabolic_tests.vo2_max", "metabolic_tests.rmr", "metabolic_tests.heart_rate_zones"],
    keys: { metabolic_tests: [TEST] },
    subjects: [ADA],
    rows: 1,
  },
  {
    name: "a filter alone tells something of the rows that it finds",
    call: (db) => db.from("profiles").select("id").eq("email", "ada@phi.example"),
    columns: ["profiles.email"],
    keys: { profiles: [ADA] },
    subjects: [ADA],
    rows: 1,
  },
  {
    name: "a filter inside a group, and one that finds nothing",
    call: (db) =>
      db
        .from("profiles")
        .select("id")
        .or("full_name.eq.Nobody,and(date_of_birth.lt.1700-01-01,id.not.is.null)"),
    columns: ["profiles.full_name", "profiles.date_of_birth"],
    keys: null,
    subjects: [],
    rows: 0,
  },
  {
    name: "an order",
    call: (db) => db.from("profiles").select("id").order("date_of_birth").limit(1),
    columns: ["profiles.date_of_birth"],
    keys: { profiles: [ADA] },
    subjects: [ADA],
    rows: 1,
  },
  {
    name: "a computed column counts as all that its row has",
    call: (db) => db.from("profiles").select("initials").eq("id", ADA),
    columns: PROFILE_PHI,
    keys: { profiles: [ADA] },
    subjects: [ADA],
    rows: 1,
  },
  {
    name: "embedded rows, of the tables that show PHI",
    call: (db) =>
      db
        .from("profiles")
        .select("id, metabolic_tests(vo2_max, reports(biological_age)), subscriptions(tier)"),
    columns: ["metabolic_tests.vo2_max", "reports.biological_age"],
    keys: { metabolic_tests: [TEST], reports: [REPORT] },
    subjects: [ADA],
    rows: 2,
  },
  {
    name: "an embedded parent",
    call: (db) => db.from("subscriptions").select("tier, profiles(full_name)"),
    columns: ["profiles.full_name"],
    keys: { profiles: [ADA] },
    subjects: [ADA],
    rows: 1,
  },
  {
    name: "a filter inside an embed that shows nothing",
    call: (db) =>
      db.from("subscriptions").select("tier, profiles!inner()").eq("profiles.email", "ada@phi.example"),
    columns: ["profiles.email"],
    keys: { profiles: [ADA] },
    subjects: [ADA],
    rows: 1,
  },
  {
    name: "the order of the parent by an embed's column",
    call: (db) => db.from("reports").select("report_type, profiles(email)").order("profiles(email)"),
    columns: ["profiles.email"],
    keys: { profiles: [ADA] },
    subjects: [ADA],
    rows: 1,
  },
  {
    name: "a spread of one row",
    call: (db) => db.from("reports").select("report_type, ...profiles(email)"),
    columns: ["profiles.email"],
    keys: { profiles: [ADA] },
    subjects: [ADA],
    rows: 1,
  },
  {
    name: "a spread of several rows, in an order of their own",
    call: (db) =>
      db
        .from("profiles")
        .select("id, ...metabolic_tests(vo2_max)")
        .order("test_date", { referencedTable: "metabolic_tests" }),
    columns: ["metabolic_tests.vo2_max"],
    keys: { metabolic_tests: [TEST] },
    subjects: [ADA],
    rows: 2,
  },
  {
    name: "an aggregate has columns and a count, but no rows to name",
    call: (db) => db.from("metabolic_tests").select("vo2_max.max(), user_id"),
    columns: ["metabolic_tests.vo2_max"],
    keys: null,
    subjects: [],
    rows: 1,
  },
  {
    name: "groups by PHI, counted",
    call: (db) => db.from("profiles").select("date_of_birth, count()"),
    columns: ["profiles.date_of_birth"],
    keys: null,
    subjects: [],
    rows: 2,
  },
  {
    name: "aggregates over a spread parent",
    call: (db) => db.from("reports").select("count(), ...profiles(email)"),
    columns: ["profiles.email"],
    keys: null,
    subjects: [],
    rows: 1,
  },
  {
    name: "a count by a filter on PHI names no one",
    call: (db) =>
      db.from("profiles").select("*", { count: "exact", head: true }).like("email", "%@phi.example"),
    columns: ["profiles.email"],
    keys: null,
    subjects: [],
    rows: 2,
  },
  {
    name: "csv",
    call: (db) => db.from("profiles").select("id, email").csv(),
    columns: ["profiles.email"],
    keys: BOTH,
    subjects: [ADA, BEN],
    rows: 2,
  },
  {
    name: "a page is what was returned, not what was counted",
    call: (db) => db.from("profiles").select("email", { count: "exact" }).order("id").limit(1),
    columns: ["profiles.email"],
    keys: { profiles: [ADA] },
    subjects: [ADA],
    rows: 1,
  },
  {
    name: "single() and maybeSingle()",
    call: (db) => db.from("profiles").select("email").eq("id", ADA).single(),
    columns: ["profiles.email"],
    keys: { profiles: [ADA] },
    subjects: [ADA],
    rows: 1,
  },
  {
    name: "a plan that ran",
    call: (db) => db.from("profiles").select("email").explain({ analyze: true }),
    columns: ["profiles.email"],
    keys: BOTH,
    subjects: [ADA, BEN],
    rows: 2,
  },
  {
    name: "a function's rows",
    call: (db) => db.rpc("patients_called", { part: "Ada%" }),
    action: "EXECUTE",
    columns: PROFILE_PHI,
    keys: { profiles: [ADA] },
    subjects: [ADA],
    rows: 1,
  },
  {
    name: "a function's rows with embedded ones, of which only these have PHI",
    call: (db) => db.rpc("patients_called", { part: "Ada%" }).select("id, metabolic_tests(rmr)"),
    action: "EXECUTE",
    columns: ["metabolic_tests.rmr"],
    keys: { metabolic_tests: [TEST] },
    subjects: [ADA],
    rows: 1,
  },
  {
    name: "rows whose key is PHI itself are named by the patient only",
    call: (db) => db.from("diary").select("mood"),
    columns: ["diary.mood"],
    keys: null,
    subjects: [ADA],
    rows: 1,
  },
];

describe("a read that touches PHI leaves one record, by its own statement", () => {
  test.each(READS)("$name", expectRead);
});

const NO_PHI: readonly (readonly [name: string, call: ReadCase["call"]])[] = [
  ["no table of PHI", (db) => db.from("subscriptions").select()],
  ["no column of PHI", (db) => db.from("profiles").select("id, mfa_enabled, created_at")],
  ["an embed without PHI", (db) => db.from("subscriptions").select("tier, profiles(id)")],
  [
    "a filter and an order without PHI",
    (db) => db.from("metabolic_tests").select("id").gte("test_date", "2026-01-01").order("created_at"),
  ],
  ["the number of rows", (db) => db.from("profiles").select("*", { count: "exact", head: true })],
  ["the number of rows as an aggregate", (db) => db.from("profiles").select("count()")],
  ["the number of embedded rows", (db) => db.from("profiles").select("id, metabolic_tests(count())")],
  ["rows of a function without their PHI", (db) => db.rpc("patients_called", { part: "%" }).select("id")],
  ["a plan that did not run", (db) => db.from("profiles").select("email").explain()],
  // The names are those of tables with PHI; what the functions return is not theirs.
  ["a function called like a table", (db) => db.rpc("profiles", { n: 1 })],
  ["a function that returns a record", (db) => db.rpc("counted", { n: 1 })],
];

describe("a read that touches none leaves none", () => {
  test.each(NO_PHI)("%s", async (_, call) => {
    const { answer, records } = await bench.run(call);
    expect(answer.error).toBeNull();
    expect(records).toEqual([]);
  });
});

describe("a read that does not answer with its rows", () => {
  test("because they are not one: what left the database is recorded, once", async () => {
    const single = await bench.run((db) => db.from("profiles").select("email").single());
    expect(single.answer).toMatchObject({ data: null, error: { code: "PGRST116" } });
    const maybe = await bench.run((db) => db.from("profiles").select("email").maybeSingle());
    expect(maybe.answer).toMatchObject({ data: null, error: { code: "PGRST116" } });
    for (const { records } of [single, maybe]) {
      expect(records).toMatchObject([
        { action: "READ", outcome: "success", rowCount: 2, subjects: expect.arrayContaining([ADA, BEN]) },
      ]);
    }
  });

  test("because it failed: the attempt is recorded outside of it", async () => {
    const { answer, records, statements } = await bench.run((db) =>
      db.from("profiles").select("email").eq("id", "none"),
    );
    expect(answer).toMatchObject({ data: null, error: { code: "22P02" } });
    expect(records).toMatchObject([
      {
        action: "READ",
        outcome: "failed",
        sqlstate: "22P02",
        columns: ["public.profiles.email"],
        recordKeys: null,
        subjects: [],
        rowCount: 0,
        actorId: "dr-1",
      },
    ]);
    expect(statements).toHaveLength(2);
  });

  test("because it was aborted: recorded if it ran, and not if the database never saw it", async () => {
    await bench.script(`
      create or replace function slowly(patient profiles) returns text volatile language sql
        as $$ select patient.email from pg_sleep(20) $$;
      notify pgrst`);
    const controller = new AbortController();
    const running = bench.run((db) =>
      db.from("profiles").select("slowly").eq("id", ADA).abortSignal(controller.signal),
    );
    await expect
      .poll(() =>
        bench.column(
          "select pid from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()",
        ),
      )
      .toHaveLength(1);
    controller.abort();
    const { answer, records } = await running;
    expect(answer).toMatchObject({ data: null, status: 0 });
    expect(records).toMatchObject([{ action: "READ", outcome: "failed", sqlstate: null, rowCount: 0 }]);
    const unsent = await bench.run((db) =>
      db.from("profiles").select("email").abortSignal(AbortSignal.abort()),
    );
    expect(unsent.answer).toMatchObject({ data: null, status: 0 });
    expect(unsent.records).toEqual([]);
  });

  test("because the request was refused before anything ran: nothing was touched", async () => {
    const { answer, records } = await bench.run((db) => db.from("profiles").select("email, nowhere(id)"));
    expect(answer.error?.code).toBe("PGRST200");
    expect(records).toEqual([]);
  });
});

test("no record of this file holds a PHI value", async () => {
  const trail = await bench.trail();
  expect(trail).toContain(ADA);
  expectNoPhi(trail);
});
