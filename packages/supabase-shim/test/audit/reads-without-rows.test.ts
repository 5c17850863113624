import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SupabaseClient } from "../../src/index.ts";
import { ADA, type Answer, type AuditBench, auditBench, BEN } from "./audit-bench.ts";
import { PHI_BESIDE_THE_CLINIC } from "./phi-beside-the-clinic.ts";

let bench: AuditBench;

beforeAll(async () => {
  bench = await auditBench(PHI_BESIDE_THE_CLINIC);
});

afterAll(() => bench.close());

const NO_PHI: readonly (readonly [name: string, call: (db: SupabaseClient) => PromiseLike<Answer>])[] = [
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
