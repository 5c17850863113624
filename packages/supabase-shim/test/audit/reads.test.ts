import type { AccessRecord } from "@offramp/audit";
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
import { PHI_BESIDE_THE_CLINIC } from "./phi-beside-the-clinic.ts";
import type { SupabaseClient } from "../../src/index.ts";

let bench: AuditBench;

beforeAll(async () => {
  bench = await auditBench(PHI_BESIDE_THE_CLINIC);
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
  /** Tables beside those of the columns. */
  readonly also?: readonly string[];
}

const tableOf = (column: string): string => column.split(".").slice(0, 2).join(".");

async function expectRead(expected: ReadCase): Promise<void> {
  const { answer, records, statements } = await bench.run(expected.call);
  expect(answer.error).toBeNull();
  // The very statement that brought the rows wrote the record, and it was the only one.
  expect(statements.map(({ on }) => on)).toEqual(["alone"]);
  const columns = expected.columns.map((column) => `public.${column}`).toSorted();
  const also = (expected.also ?? []).map((table) => `public.${table}`);
  expect(records).toHaveLength(1);
  expect(records[0]).toMatchObject({
    action: expected.action ?? "READ",
    outcome: "success",
    sqlstate: null,
    columns,
    relations: [...new Set([...columns.map(tableOf), ...also])].toSorted(),
    rowCount: expected.rows,
    actorId: "dr-1",
    actorRole: "clinician",
    purposeOfUse: "TREAT",
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

function sorted(keys: AccessRecord["recordKeys"] | undefined): unknown {
  if (keys === null || keys === undefined) return null;
  const inOrder = Object.entries(keys).map(([table, named]) => [
    table,
    Array.isArray(named) ? named.toSorted() : named,
  ]);
  return Object.fromEntries(inOrder);
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
    name: "a function's rows, of which only embedded ones show PHI: it had them all",
    call: (db) => db.rpc("patients_called", { part: "Ada%" }).select("id, metabolic_tests(rmr)"),
    action: "EXECUTE",
    columns: ["metabolic_tests.rmr"],
    also: ["profiles"],
    keys: { metabolic_tests: [TEST], profiles: [ADA] },
    subjects: [ADA],
    rows: 1,
  },
  {
    name: "a function's rows, whatever is shown of them",
    call: (db) => db.rpc("patients_called", { part: "%" }).select("id"),
    action: "EXECUTE",
    columns: [],
    also: ["profiles"],
    keys: BOTH,
    subjects: [ADA, BEN],
    rows: 2,
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

test("no record of this file holds a PHI value", async () => {
  const trail = await bench.trail();
  expect(trail).toContain(ADA);
  expectNoPhi(trail);
});
