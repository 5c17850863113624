import { type AccessRecord, recentAccess, withActor } from "@offramp/audit";
import type { Database } from "@offramp/db";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import {
  type AuditOptions,
  type ClientObservation,
  createClient,
  type SupabaseClient,
} from "../../src/index.ts";
import { ADA, type AuditBench, auditBench, PHI_VALUES } from "./audit-bench.ts";

let bench: AuditBench;

beforeAll(async () => {
  bench = await auditBench(`
    create function full_disk() returns trigger language plpgsql
      as $$ begin raise exception 'the disk of the trail is full' using errcode = '53100'; end $$;`);
});

afterAll(() => bench.close());

beforeEach(() => bench.reset());

async function newest(): Promise<AccessRecord | undefined> {
  return (await recentAccess(bench.db, { limit: 1 }))[0];
}

describe("a client that requires an actor", () => {
  let strict: SupabaseClient;

  beforeAll(() => {
    strict = createClient(bench.db, undefined, { watchSchema: false, audit: { requireActor: true } });
  });

  test("refuses PHI without one, says what to do, and records the refusal", async () => {
    const denied = async (): Promise<number> =>
      Number((await bench.column("select count(*) from audit.phi_access_log where outcome = 'denied'"))[0]);
    for (const call of [
      () => strict.from("profiles").select("email"),
      () => strict.from("profiles").update({ full_name: "New Phi" }).eq("id", ADA),
      () =>
        strict
          .transaction(async (tx) => tx.from("profiles").select("email"))
          .catch((error: unknown) => ({ data: null, error, status: 403 })),
    ]) {
      const before = await denied();
      const { data, error, status } = (await call()) as {
        data: unknown;
        error: { code: string };
        status: number;
      };
      expect({ data, status }).toEqual({ data: null, status: 403 });
      expect(error).toMatchObject({ code: "OFF006", hint: expect.stringContaining("withActor()") });
      expect(await denied()).toBe(before + 1);
      expect(await newest()).toMatchObject({ outcome: "denied", actorId: null, rowCount: 0, sqlstate: null });
    }
    expect(await bench.column("select full_name from profiles where id = '" + ADA + "'")).toEqual([
      "Ada Phi",
    ]);
  });

  test("answers with one, and what touches no PHI without", async () => {
    expect(
      (await withActor({ id: "dr-1" }, async () => strict.from("profiles").select("email"))).error,
    ).toBeNull();
    expect((await strict.from("subscriptions").select("tier")).error).toBeNull();
  });

  test("takes the user of a token for one", async () => {
    const user = strict.withClaims({ role: "postgres", sub: "user-7" });
    expect((await user.from("profiles").select("email")).error).toBeNull();
    expect(await newest()).toMatchObject({ actorId: "user-7", outcome: "success" });
  });
});

describe("a client that lets calls through with an alarm", () => {
  const observations: ClientObservation[] = [];
  let lenient: SupabaseClient;

  beforeAll(async () => {
    lenient = createClient(bench.db, undefined, {
      watchSchema: false,
      audit: { onAuditFailure: "allow-and-alarm" },
      observe: (observation) => observations.push(observation),
    });
    await lenient.from("profiles").select("email");
  });

  beforeEach(async () => {
    observations.length = 0;
    await bench.script(
      "create trigger full_disk before insert on audit.phi_access_log for each row execute function full_disk()",
    );
  });

  afterEach(() => bench.script("drop trigger if exists full_disk on audit.phi_access_log"));

  test("answers, raises the alarm, and has the next record name the calls that have none", async () => {
    const [read, changed] = await withActor({ id: "dr-1" }, async () => [
      await lenient.from("profiles").select("email").eq("id", ADA),
      await lenient.from("profiles").update({ full_name: "New Phi" }).eq("id", ADA).select("full_name"),
    ]);
    expect(read?.data).toEqual([{ email: "ada@phi.example" }]);
    expect(changed?.data).toEqual([{ full_name: "New Phi" }]);
    await vi.waitFor(() => expect(observations).toHaveLength(2));
    expect(observations).toMatchObject([
      { kind: "auditRecordFailed", action: "READ", relations: ["public.profiles"], actorId: "dr-1" },
      { kind: "auditRecordFailed", action: "UPDATE", columns: ["public.profiles.full_name"] },
    ]);
    const told = JSON.stringify(observations, (_, value: unknown) =>
      value instanceof Error ? value.message : value,
    );
    expect(told).toContain("the disk of the trail is full");
    expect(PHI_VALUES.filter((value) => told.includes(value))).toEqual([]);

    await bench.script("drop trigger full_disk on audit.phi_access_log");
    await lenient.from("profiles").select("email");
    const record = await newest();
    const call = Number(record?.writerCall);
    expect(record?.details).toEqual({ unrecorded: [String(call - 2), String(call - 1)] });
    expect(
      await bench.column(
        `select concat_ws(' ', unaccounted, let_through) from audit.unaccounted_calls where writer_id = '${record?.writerId}'`,
      ),
    ).toEqual(["2 2"]);
  });

  test("refuses what fails by itself, and a transaction", async () => {
    const { data, error } = await lenient.from("profiles").insert({ id: ADA, email: "new@phi.example" });
    expect(data).toBeNull();
    expect(error?.message).toContain("could not be recorded in the audit trail");
    await expect(
      lenient.transaction(async (tx) => tx.from("profiles").select("email").throwOnError()),
    ).rejects.toThrow(/the disk of the trail is full/);
    expect(observations).toEqual([]);
  });

  test("is what its options say, or no client at all", () => {
    const client = (audit: AuditOptions): SupabaseClient => createClient(bench.db, undefined, { audit });
    expect(() => client({ onAuditFailure: "allow-and-alarm" })).toThrow(/needs the option observe/);
    expect(() => client({ onAuditFailure: "ignore" as never })).toThrow(/"refuse" or "allow-and-alarm"/);
    expect(() => client({ granularity: "row" as never })).toThrow(/"call" or "subject"/);
    expect(() => client({ requireActor: 1 as never })).toThrow(/true or false/);
  });
});

describe("the numbers of a client's calls", () => {
  test("show the calls that failed and whose client died before it could say so", async () => {
    let unheard = 0;
    // The record of a failure never arrives: as when the process is killed at that moment.
    const dying: Database = {
      ...bench.db,
      description: bench.db.description,
      query: (statement) => {
        if (!statement.text.startsWith("insert into audit.phi_access_log")) return bench.db.query(statement);
        unheard += 1;
        return new Promise(() => undefined);
      },
      transaction: (work, options) => bench.db.transaction(work, options),
      reserve: (options) => bench.db.reserve(options),
      read: (work, options) => bench.db.read(work, options),
      listen: (channel, onNotify, onReady) => bench.db.listen(channel, onNotify, onReady),
      aside: (statement) => bench.db.aside(statement),
      health: () => bench.db.health(),
      close: () => Promise.resolve(),
    };
    const client = createClient(dying, undefined, { watchSchema: false });
    await client.from("profiles").select("email");
    for (let call = 0; call < 3; call += 1) {
      void client
        .from("profiles")
        .insert({ id: ADA, email: "new@phi.example" })
        .then(() => undefined);
    }
    await expect.poll(() => unheard).toBe(3);
    await client.from("profiles").select("email");
    const record = await newest();
    expect(
      await bench.column(
        `select concat_ws(' ', first_call, last_call, unaccounted) from audit.unaccounted_calls where writer_id = '${record?.writerId}'`,
      ),
    ).toEqual([`1 ${record?.writerCall} 3`]);
  });

  test("have no gap where every failure was recorded, or never was sent", async () => {
    const client = createClient(bench.db, undefined, {
      watchSchema: false,
      audit: { requireActor: false },
      limits: { maxEmbedDepth: 9 },
    });
    await client.from("profiles").select("email");
    await client.from("profiles").insert({ id: ADA, email: "new@phi.example" });
    await client.from("profiles").select("email").abortSignal(AbortSignal.abort());
    await client.from("profiles").select("email");
    const record = await newest();
    expect(
      await bench.column(
        `select count(*) from audit.unaccounted_calls where writer_id = '${record?.writerId}'`,
      ),
    ).toEqual(["0"]);
  });
});
