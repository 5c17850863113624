import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { SupabaseClient } from "../../src/index.ts";
import {
  ADA,
  type Answer,
  type AuditBench,
  auditBench,
  BEN,
  PHI_VALUES,
  REPORT,
  SUBSCRIPTION,
  TEST,
} from "./audit-bench.ts";

let bench: AuditBench;

beforeAll(async () => {
  bench = await auditBench(`
    create function initials(profiles) returns text stable language sql as $$ select left($1.full_name, 1) $$;
    create function rename(patient uuid, name text) returns setof profiles volatile language sql
      as $$ update profiles set full_name = name where id = patient returning * $$;`);
});

afterAll(() => bench.close());

beforeEach(() => bench.reset());

const NEW = "00000000-0000-4000-8000-00000000000f";

interface ChangeCase {
  readonly name: string;
  readonly call: (db: SupabaseClient) => PromiseLike<Answer>;
  readonly action: "CREATE" | "UPDATE" | "DELETE" | "EXECUTE";
  /** As `table.column`, of the schema public. */
  readonly columns: readonly string[];
  /** Tables beside those of the columns. */
  readonly also?: readonly string[];
  readonly keys: Readonly<Record<string, readonly string[]>> | null;
  readonly subjects: readonly string[];
  readonly rows: number;
}

const PROFILE_PHI = ["profiles.date_of_birth", "profiles.email", "profiles.full_name"];

const CHANGES: readonly ChangeCase[] = [
  {
    name: "insert",
    call: (db) => db.from("profiles").insert({ id: NEW, email: "new@phi.example", full_name: "New Phi" }),
    action: "CREATE",
    columns: ["profiles.email", "profiles.full_name"],
    keys: { profiles: [NEW] },
    subjects: [NEW],
    rows: 1,
  },
  {
    name: "insert of several, with what was inserted",
    call: (db) =>
      db
        .from("metabolic_tests")
        .insert([
          { user_id: ADA, test_date: "2026-02-02", rmr: 1777177717 },
          { user_id: BEN, test_date: "2026-02-02" },
        ])
        .select("user_id")
        .order("user_id"),
    action: "CREATE",
    columns: ["metabolic_tests.rmr"],
    keys: { metabolic_tests: [expect.any(String), expect.any(String)] },
    subjects: [ADA, BEN],
    rows: 2,
  },
  {
    name: "insert without PHI that shows PHI of another table",
    call: (db) =>
      db.from("subscriptions").insert({ user_id: ADA, tier: "free" }).select("tier, profiles(full_name)"),
    action: "CREATE",
    columns: ["profiles.full_name"],
    also: ["subscriptions"],
    keys: { profiles: [ADA] },
    subjects: [ADA],
    rows: 1,
  },
  {
    name: "insert without PHI that shows what PHI was there by default",
    call: (db) => db.from("reports").insert({ user_id: BEN }).select(),
    action: "CREATE",
    columns: ["reports.biological_age", "reports.html_content"],
    keys: { reports: [expect.any(String)] },
    subjects: [BEN],
    rows: 1,
  },
  {
    name: "update",
    call: (db) => db.from("profiles").update({ full_name: "New Phi" }).eq("id", ADA),
    action: "UPDATE",
    columns: ["profiles.full_name"],
    keys: { profiles: [ADA] },
    subjects: [ADA],
    rows: 1,
  },
  {
    name: "update by a filter on PHI",
    call: (db) => db.from("profiles").update({ mfa_enabled: true }).like("email", "%@phi.example"),
    action: "UPDATE",
    columns: ["profiles.email"],
    keys: { profiles: [ADA, BEN] },
    subjects: [ADA, BEN],
    rows: 2,
  },
  {
    name: "update by a filter on what is computed from PHI",
    call: (db) => db.from("profiles").update({ mfa_enabled: true }).eq("initials", "A"),
    action: "UPDATE",
    columns: PROFILE_PHI,
    keys: { profiles: [ADA] },
    subjects: [ADA],
    rows: 1,
  },
  {
    name: "update that finds nothing",
    call: (db) => db.from("profiles").update({ full_name: "New Phi" }).eq("id", NEW),
    action: "UPDATE",
    columns: ["profiles.full_name"],
    keys: null,
    subjects: [],
    rows: 0,
  },
  {
    name: "update with the changed rows",
    call: (db) =>
      db.from("metabolic_tests").update({ vo2_max: 541.57 }).eq("id", TEST).select("rmr").single(),
    action: "UPDATE",
    columns: ["metabolic_tests.rmr", "metabolic_tests.vo2_max"],
    keys: { metabolic_tests: [TEST] },
    subjects: [ADA],
    rows: 1,
  },
  {
    name: "bulk update",
    call: (db) =>
      db.from("profiles").update(
        [
          { id: ADA, full_name: "New Phi" },
          { id: BEN, full_name: "Ada Phi" },
        ],
        { by: "id" },
      ),
    action: "UPDATE",
    columns: ["profiles.full_name"],
    keys: { profiles: [ADA, BEN] },
    subjects: [ADA, BEN],
    rows: 2,
  },
  {
    name: "delete touches all that the rows had",
    call: (db) => db.from("reports").delete().eq("report_type", "full"),
    action: "DELETE",
    columns: ["reports.biological_age", "reports.html_content"],
    keys: { reports: [REPORT] },
    subjects: [ADA],
    rows: 1,
  },
  {
    name: "delete by an inner embed on PHI",
    call: (db) =>
      db
        .from("subscriptions")
        .delete()
        .eq("profiles.email", "ada@phi.example")
        .select("id, profiles!inner()"),
    action: "DELETE",
    columns: ["profiles.email"],
    also: ["subscriptions"],
    keys: { profiles: [ADA] },
    subjects: [ADA],
    rows: 1,
  },
  {
    name: "upsert of a row that is new",
    call: (db) => db.from("profiles").upsert({ id: NEW, email: "new@phi.example" }),
    action: "CREATE",
    columns: ["profiles.email"],
    keys: { profiles: [NEW] },
    subjects: [NEW],
    rows: 1,
  },
  {
    name: "upsert of a row that is there",
    call: (db) => db.from("profiles").upsert({ id: ADA, email: "new@phi.example" }).select("id"),
    action: "UPDATE",
    columns: ["profiles.email"],
    keys: { profiles: [ADA] },
    subjects: [ADA],
    rows: 1,
  },
  {
    name: "upsert that ignores what is there",
    call: (db) =>
      db.from("profiles").upsert(
        [
          { id: ADA, email: "ada@phi.example" },
          { id: NEW, email: "new@phi.example" },
        ],
        { ignoreDuplicates: true },
      ),
    action: "CREATE",
    columns: ["profiles.email"],
    keys: { profiles: [NEW] },
    subjects: [NEW],
    rows: 1,
  },
  {
    name: "a function that changes and returns rows",
    call: (db) => db.rpc("rename", { patient: BEN, name: "New Phi" }).select("full_name"),
    action: "EXECUTE",
    columns: ["profiles.full_name"],
    keys: { profiles: [BEN] },
    subjects: [BEN],
    rows: 1,
  },
];

describe("a change that touches PHI leaves one record with it", () => {
  test.each(CHANGES)("$name", async ({ call, action, columns, also = [], keys, subjects, rows }) => {
    const { answer, records, statements } = await bench.run(call);
    expect(answer.error).toBeNull();
    // One statement, or the transaction of single(); the record is in the same text.
    const own = statements.filter(({ text }) => !/^(begin|commit)/.test(text));
    expect(own).toHaveLength(1);
    expect(own[0]?.text).toContain("insert into audit.phi_access_log");
    const tables = [...columns.map((column) => column.split(".")[0] ?? ""), ...also].map(
      (table) => `public.${table}`,
    );
    expect(records).toMatchObject([
      {
        action,
        outcome: "success",
        columns: columns.map((column) => `public.${column}`),
        relations: [...new Set(tables)].toSorted(),
        rowCount: rows,
        actorId: "dr-1",
      },
    ]);
    const [record] = records;
    expect(record?.recordKeys === null ? null : Object.keys(record?.recordKeys ?? {}).toSorted()).toEqual(
      keys === null
        ? null
        : Object.keys(keys)
            .map((table) => `public.${table}`)
            .toSorted(),
    );
    for (const [table, expected] of Object.entries(keys ?? {})) {
      const named = record?.recordKeys?.[`public.${table}`];
      expect(Array.isArray(named) ? named.toSorted() : named).toEqual(expected);
    }
    expect([...(record?.subjects ?? [])].toSorted()).toEqual(subjects);
  });
});

test("a change that touches no PHI leaves no record", async () => {
  for (const call of [
    (db) => db.from("subscriptions").update({ tier: "free" }).eq("id", SUBSCRIPTION).select(),
    (db) => db.from("subscriptions").delete().eq("id", SUBSCRIPTION),
    (db) => db.from("profiles").update({ mfa_enabled: true }).eq("id", ADA).select("id, mfa_enabled"),
    (db) => db.from("metabolic_tests").insert({ user_id: ADA, test_date: "2026-03-03" }),
  ] satisfies ChangeCase["call"][]) {
    const { answer, records } = await bench.run(call);
    expect({ error: answer.error, records }).toEqual({ error: null, records: [] });
  }
});

const profiles = (): Promise<readonly (string | null)[]> =>
  bench.column("select full_name from profiles order by id");

describe("a change that is undone leaves the record of the attempt, and no other", () => {
  test("a constraint", async () => {
    const { answer, records } = await bench.run((db) =>
      db.from("profiles").insert({ email: "ada@phi.example" }).select(),
    );
    expect(answer).toMatchObject({ status: 409, data: null, error: { code: "23505" } });
    expect(records).toMatchObject([
      {
        action: "CREATE",
        outcome: "failed",
        sqlstate: "23505",
        columns: PROFILE_PHI.map((column) => `public.${column}`),
        rowCount: 0,
        recordKeys: null,
      },
    ]);
  });

  test("single()", async () => {
    const { answer, records } = await bench.run((db) =>
      db.from("profiles").update({ full_name: "New Phi" }).neq("email", "").select("id").single(),
    );
    expect(answer.error?.code).toBe("PGRST116");
    expect(records).toMatchObject([{ action: "UPDATE", outcome: "failed", sqlstate: null }]);
    expect(await profiles()).toEqual(["Ada Phi", "Ben Phi"]);
  });

  test("maxAffected()", async () => {
    const { answer, records } = await bench.run((db) =>
      db.from("profiles").delete().neq("email", "").maxAffected(1),
    );
    expect(answer.error?.code).toBe("PGRST124");
    expect(records).toMatchObject([{ action: "DELETE", outcome: "failed", sqlstate: null }]);
    expect(await profiles()).toEqual(["Ada Phi", "Ben Phi"]);
  });
});

test("no record of this file holds a PHI value", async () => {
  const trail = await bench.trail();
  expect(trail).toContain(ADA);
  expect(PHI_VALUES.filter((value) => trail.includes(value))).toEqual([]);
});
