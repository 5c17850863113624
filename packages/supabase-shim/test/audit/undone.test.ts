import { type AccessRecord, recentAccess, withActor } from "@offramp/audit";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { SupabaseClient } from "../../src/index.ts";
import { ADA, type AuditBench, auditBench, BEN } from "./audit-bench.ts";

/** What was seen stays seen, whatever is rolled back afterwards; what was tried stays tried. */

let bench: AuditBench;

beforeAll(async () => {
  bench = await auditBench();
});

afterAll(() => bench.close());

beforeEach(() => bench.reset());

async function recorded(work: (db: SupabaseClient) => Promise<unknown>): Promise<readonly AccessRecord[]> {
  const [last] = await bench.column("select coalesce(max(id), 0) from audit.phi_access_log");
  await withActor({ id: "dr-1" }, () => work(bench.supabase));
  const records = await recentAccess(bench.db, { limit: 20 });
  return records.filter(({ id }) => BigInt(id) > BigInt(last ?? 0)).toReversed();
}

const said = ({ action, outcome, subjects }: AccessRecord): unknown => [action, outcome, subjects.toSorted()];

test("rows of a change that rolls itself back", async () => {
  const records = await recorded(async (db) => {
    const { data } = await db
      .from("profiles")
      .update({ full_name: "New Phi" })
      .eq("id", ADA)
      .select()
      .rollback();
    expect(data).toMatchObject([{ email: "ada@phi.example" }]);
  });
  expect(records.map(said)).toEqual([["READ", "success", [ADA]]]);
  expect(records[0]?.recordKeys).toEqual({ "public.profiles": [ADA] });
});

test("the same inside a transaction that commits", async () => {
  const records = await recorded((db) =>
    db.transaction(async (tx) => {
      await tx.from("profiles").update({ full_name: "New Phi" }).eq("id", ADA).select().rollback();
      await tx.from("profiles").update({ full_name: "New Phi" }).eq("id", BEN);
    }),
  );
  expect(records.map(said).toSorted()).toEqual([
    ["READ", "success", [ADA]],
    ["UPDATE", "success", [BEN]],
  ]);
});

test("rows that were read in a savepoint that is rolled back, when the rest commits", async () => {
  const records = await recorded((db) =>
    db.transaction(async (tx) => {
      await tx.from("profiles").select("email").eq("id", BEN);
      await tx
        .transaction(async (inner) => {
          await inner.from("profiles").select("email").eq("id", ADA);
          throw new Error("the application changed its mind");
        })
        .catch(() => undefined);
    }),
  );
  expect(records.map(said)).toEqual([
    ["READ", "success", [BEN]],
    ["READ", "success", [ADA]],
  ]);
});

test("a change that broke its own rule inside a transaction that commits", async () => {
  const records = await recorded((db) =>
    db.transaction(async (tx) => {
      const { error } = await tx.from("profiles").delete().neq("email", "").maxAffected(1);
      expect(error?.code).toBe("PGRST124");
    }),
  );
  expect(records.map(said)).toEqual([["DELETE", "failed", []]]);
});
