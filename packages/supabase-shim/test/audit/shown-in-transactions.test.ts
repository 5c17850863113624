import { type AccessRecord, recentAccess, withActor } from "@offramp/audit";
import { connect } from "@offramp/db";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createClient, type SupabaseClient } from "../../src/index.ts";
import { ADA, type AuditBench, auditBench, BEN } from "./audit-bench.ts";

/** The record of rows that a transaction shows is committed before they are shown, whatever becomes of the transaction. */

let bench: AuditBench;

beforeAll(async () => {
  bench = await auditBench();
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

const said = ({ action, outcome, subjects }: AccessRecord): unknown => [action, outcome, subjects.toSorted()];

/** Runs calls in a transaction and looks at the trail before it has ended. */
async function during(
  work: (tx: SupabaseClient) => PromiseLike<unknown>,
): Promise<{ readonly open: readonly AccessRecord[]; readonly ended: readonly AccessRecord[] }> {
  const last = await mark();
  const open = await withActor({ id: "dr-1" }, () =>
    bench.supabase.transaction(async (tx) => {
      await work(tx);
      return since(last);
    }),
  );
  return { open, ended: await since(last) };
}

test("a read has one record, which is there while the transaction is open", async () => {
  const { open, ended } = await during(async (tx) => {
    const { data } = await tx.from("profiles").select("email").eq("id", ADA);
    expect(data).toEqual([{ email: "ada@phi.example" }]);
  });
  expect(open.map(said)).toEqual([["READ", "success", [ADA]]]);
  expect(open[0]).toMatchObject({ actorId: "dr-1", rowCount: 1, filters: ["public.profiles.id eq"] });
  expect(ended).toEqual(open);
});

test("a change that brings rows back has a READ at once, and its own record with the commit", async () => {
  const { open, ended } = await during((tx) =>
    tx.from("profiles").update({ full_name: "New Phi" }).eq("id", ADA).select("email"),
  );
  expect(open.map(said)).toEqual([["READ", "success", [ADA]]]);
  expect(ended.map(said)).toEqual([
    ["UPDATE", "success", [ADA]],
    ["READ", "success", [ADA]],
  ]);
  // Both are of one call.
  expect(new Set(ended.map(({ writerCall }) => writerCall)).size).toBe(1);
});

test("a change that brings nothing back has only the record that commits with it", async () => {
  const { open, ended } = await during((tx) =>
    tx.from("profiles").update({ full_name: "New Phi" }).eq("id", ADA),
  );
  expect(open).toEqual([]);
  expect(ended.map(said)).toEqual([["UPDATE", "success", [ADA]]]);
});

test("no call is unaccounted for", async () => {
  const { ended } = await during(async (tx) => {
    await tx.from("profiles").select("email").eq("id", ADA);
    await tx.from("profiles").update({ full_name: "New Phi" }).eq("id", BEN).select("email");
    await tx.from("profiles").select("email").eq("id", BEN);
  });
  expect(
    await bench.column(
      `select count(*) from audit.unaccounted_calls where writer_id = '${ended[0]?.writerId}' and last_call >= ${ended[0]?.writerCall}`,
    ),
  ).toEqual(["0"]);
});

test("a read-only transaction may read PHI: its record is written beside it", async () => {
  const last = await mark();
  await withActor({ id: "dr-1" }, () =>
    bench.supabase.transaction(
      async (tx) => {
        expect((await tx.from("profiles").select("email").eq("id", ADA)).data).toHaveLength(1);
      },
      { readOnly: true },
    ),
  );
  expect((await since(last)).map(said)).toEqual([["READ", "success", [ADA]]]);
});

test("with one connection in the pool the record does not wait for the transaction", async () => {
  const db = connect({ url: bench.url, max: 1 });
  const last = await mark();
  const client = createClient(db, undefined, { watchSchema: false });
  await withActor({ id: "dr-1" }, () =>
    client.transaction(async (tx) => {
      expect((await tx.from("profiles").select("email").eq("id", ADA)).error).toBeNull();
    }),
  );
  expect((await since(last)).map(said)).toEqual([["READ", "success", [ADA]]]);
  await db.close();
});

test("rows whose record cannot be written are not shown, and the transaction ends", async () => {
  await bench.db.query({
    text: `create function audit.refuse() returns trigger language plpgsql as $$ begin
        if new.actor_id = 'nobody-records-me' then raise exception 'the trail is full'; end if; return new; end $$;
      create trigger refuse before insert on audit.phi_access_log for each row execute function audit.refuse()`,
    script: true,
  });
  try {
    const outcome = await withActor({ id: "nobody-records-me" }, () =>
      bench.supabase
        .transaction(async (tx) => {
          const { data, error } = await tx.from("profiles").select("email").eq("id", ADA);
          expect(data).toBeNull();
          expect(error?.message).toBe("the trail is full");
        })
        .then(
          () => "committed",
          () => "refused",
        ),
    );
    expect(outcome).toBe("refused");
  } finally {
    await bench.db.query({
      text: "drop trigger refuse on audit.phi_access_log; drop function audit.refuse()",
      script: true,
    });
  }
});
