import { type AccessRecord, recentAccess, withActor } from "@offramp/audit";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createClient, type SupabaseClient } from "../../src/index.ts";
import { ADA, type AuditBench, auditBench, BEN, PHI_VALUES, TEST } from "./audit-bench.ts";

/** A stream leaves a record for each batch, committed before the batch is given out. */

let bench: AuditBench;

beforeAll(async () => {
  bench = await auditBench(`
    create function full_disk() returns trigger language plpgsql
      as $$ begin raise exception 'the disk of the trail is full' using errcode = '53100'; end $$;`);
});

afterAll(() => bench.close());

beforeEach(() => bench.reset());

async function mark(): Promise<bigint> {
  const [last] = await bench.column("select coalesce(max(id), 0) from audit.phi_access_log");
  return BigInt(last ?? 0);
}

/** As another session sees the trail at this moment. */
async function since(last: bigint): Promise<readonly AccessRecord[]> {
  const records = await recentAccess(bench.db, { limit: 20 });
  return records.filter(({ id }) => BigInt(id) > last).toReversed();
}

const said = ({ action, outcome, subjects, rowCount, recordKeys }: AccessRecord): unknown => ({
  action,
  outcome,
  subjects,
  rowCount,
  recordKeys,
});

function asDoctor<T>(work: () => Promise<T>): Promise<T> {
  return withActor({ id: "dr-1", purposeOfUse: "TREAT" }, work);
}

test("each batch has its record when it is given out, with the keys of its rows and no others", async () => {
  const last = await mark();
  const seen: unknown[] = [];
  await asDoctor(async () => {
    const query = bench.supabase.from("profiles").select("email").order("id");
    for await (const rows of query.stream({ batch: 1 })) {
      seen.push([rows, (await since(last)).map(said)]);
    }
  });
  const of = (id: string) => ({
    action: "READ",
    outcome: "success",
    subjects: [id],
    rowCount: 1,
    recordKeys: { "public.profiles": [id] },
  });
  expect(seen).toEqual([
    [[{ email: "ada@phi.example" }], [of(ADA)]],
    [[{ email: "ben@phi.example" }], [of(ADA), of(BEN)]],
  ]);
  // The end had no rows, so it has no record.
  expect(await since(last)).toHaveLength(2);
});

test("the record is that of the same read without a stream, with embeds and for each patient too", async () => {
  for (const granularity of ["call", "subject"] as const) {
    const supabase = createClient(bench.db, undefined, { watchSchema: false, audit: { granularity } });
    const query = () => supabase.from("profiles").select("email, metabolic_tests(vo2_max)").order("id");
    const before = await mark();
    await asDoctor(async () => query());
    const middle = await mark();
    await asDoctor(async () => {
      for await (const rows of query().stream()) expect(rows).toHaveLength(2);
    });
    const plain = (await since(before)).filter(({ id }) => BigInt(id) <= middle);
    const streamed = await since(middle);
    const bySubject = (records: readonly AccessRecord[]): unknown[] =>
      records
        .map((record) => {
          const { actorId, purposeOfUse, relations, columns, filters } = record;
          return { rows: said(record), actorId, purposeOfUse, relations, columns, filters };
        })
        .toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
    expect(bySubject(streamed)).toEqual(bySubject(plain));
    expect(JSON.stringify(streamed)).toContain(TEST);
  }
  const trail = await bench.trail();
  for (const value of PHI_VALUES) expect(trail).not.toContain(value);
});

test("a stream without rows has one record, and one that fails has its failure", async () => {
  const last = await mark();
  await asDoctor(async () => {
    const query = bench.supabase.from("profiles").select("email").eq("full_name", "Nobody");
    for await (const rows of query.stream()) expect(rows).toEqual([]);
  });
  await asDoctor(async () => {
    const query = bench.supabase.from("profiles").select("email").eq("id", "no id");
    await expect(query.stream().next()).rejects.toMatchObject({ code: "22P02" });
  });
  expect((await since(last)).map(({ outcome, rowCount }) => [outcome, rowCount])).toEqual([
    ["success", 0],
    ["failed", 0],
  ]);
});

test("where the record cannot be written, no row is given out", async () => {
  const seen: unknown[] = [];
  await bench.script(
    "create trigger full_disk before insert on audit.phi_access_log for each row execute function full_disk()",
  );
  try {
    const work = asDoctor(async () => {
      for await (const rows of bench.supabase.from("profiles").select("email").stream()) seen.push(rows);
    });
    await expect(work).rejects.toMatchObject({
      name: "PostgrestError",
      message: expect.stringContaining("could not be recorded in the audit trail") as unknown,
    });
    expect(seen).toEqual([]);
  } finally {
    await bench.script("drop trigger full_disk on audit.phi_access_log");
  }
});

test("what requires an actor is refused without one, before a connection is taken", async () => {
  const last = await mark();
  const strict: SupabaseClient = createClient(bench.db, undefined, {
    watchSchema: false,
    audit: { requireActor: true },
  });
  await expect(strict.from("profiles").select("email").stream().next()).rejects.toMatchObject({
    name: "PostgrestError",
  });
  expect((await since(last)).map(({ outcome }) => outcome)).toEqual(["denied"]);
});
