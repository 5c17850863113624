import { randomBytes } from "node:crypto";
import { grantAuditWriter } from "@offramp/audit";
import { connect, type Database, quoteIdentifier } from "@offramp/db";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createClient, type SupabaseClient } from "../../src/index.ts";
import { logStatements, type StatementLog } from "../statement-log.ts";
import { ADA, type Answer, type AuditBench, auditBench } from "./audit-bench.ts";

let bench: AuditBench;

beforeAll(async () => {
  bench = await auditBench(`
    create function full_disk() returns trigger language plpgsql
      as $$ begin raise exception 'the disk of the trail is full' using errcode = '53100'; end $$;`);
});

afterAll(() => bench.close());

beforeEach(() => bench.reset());

const CALLS: readonly (readonly [name: string, call: (db: SupabaseClient) => PromiseLike<Answer>])[] = [
  ["a read", (db) => db.from("profiles").select()],
  ["a read of one row", (db) => db.from("profiles").select("email").eq("id", ADA).single()],
  ["a filter", (db) => db.from("profiles").select("id").eq("full_name", "Ada Phi")],
  ["a count", (db) => db.from("profiles").select("*", { count: "exact", head: true }).neq("email", "")],
  ["csv", (db) => db.from("profiles").select("email").csv()],
  ["an embed", (db) => db.from("subscriptions").select("tier, profiles(email)")],
  ["an insert", (db) => db.from("profiles").insert({ email: "new@phi.example" }).select()],
  ["an upsert", (db) => db.from("profiles").upsert({ id: ADA, email: "new@phi.example" })],
  ["an update", (db) => db.from("profiles").update({ full_name: "New Phi" }).eq("id", ADA).select()],
  [
    "an update of one row",
    (db) => db.from("profiles").update({ full_name: "New Phi" }).eq("id", ADA).select().single(),
  ],
  ["a delete", (db) => db.from("profiles").delete().eq("id", ADA)],
];

const rows = (): Promise<readonly (string | null)[]> =>
  bench.column("select email || ' ' || full_name from profiles order by id");
const UNTOUCHED = ["ada@phi.example Ada Phi", "ben@phi.example Ben Phi"];

describe("where the record cannot be written", () => {
  beforeEach(() =>
    bench.script(
      "create trigger full_disk before insert on audit.phi_access_log for each row execute function full_disk()",
    ),
  );

  afterEach(() => bench.script("drop trigger full_disk on audit.phi_access_log"));

  test.each(CALLS)("%s brings nothing back and changes nothing", async (_, call) => {
    const { answer, records } = await bench.run(call);
    expect(answer).toMatchObject({ data: null, count: null });
    expect(answer.error).not.toBeNull();
    // The failure could not be recorded either, which the error says.
    expect(answer.error?.message).toContain("could not be recorded in the audit trail");
    expect(answer.error?.message).toContain("the disk of the trail is full");
    expect(records).toEqual([]);
    expect(await rows()).toEqual(UNTOUCHED);
  });

  test("what touches no PHI goes on", async () => {
    const { data, error } = await bench.supabase.from("subscriptions").select("tier");
    expect({ data, error }).toEqual({ data: [{ tier: "pro" }], error: null });
  });
});

describe("where the connection's role may not write records", () => {
  const role = `shim_test_${randomBytes(6).toString("hex")}`;
  let db: Database;
  let log: StatementLog;
  let app: SupabaseClient;

  beforeAll(async () => {
    const password = randomBytes(9).toString("hex");
    await bench.script(`
      create role ${role} login password '${password}';
      grant all on all tables in schema public to ${role}`);
    const url = new URL(bench.url);
    url.username = role;
    url.password = password;
    db = connect({ url: url.href, max: 2 });
    log = logStatements(db);
    app = createClient(log.database, undefined, { watchSchema: false });
  });

  afterAll(async () => {
    await db.close();
    await bench.script(`drop owned by ${quoteIdentifier(role)}; drop role ${quoteIdentifier(role)}`);
  });

  test("nothing runs from the start, and the error says how to allow it", async () => {
    for (const [, call] of CALLS) {
      const answer = await call(app);
      expect(answer).toMatchObject({ data: null, status: 403, error: { code: "42501" } });
      expect(answer.error).toMatchObject({
        message: `The database has an audit trail, but the role "${role}" may not write to it.`,
        hint: expect.stringContaining(`grantAuditWriter(db, "${role}")`),
      });
    }
    expect(log.take().filter(({ text }) => text.includes("profiles"))).toEqual([]);
    expect(await rows()).toEqual(UNTOUCHED);
  });

  test("and when the right is taken away later, every call that touches PHI is refused", async () => {
    await grantAuditWriter(bench.db, role);
    expect((await app.from("profiles").select("email")).error).toBeNull();
    await bench.script(`revoke offramp_audit_writer from ${role}`);
    for (const [, call] of CALLS) {
      const answer = await call(app);
      expect(answer.data).toBeNull();
      expect(answer.error?.message).toContain("could not be recorded in the audit trail");
    }
    expect(await rows()).toEqual(UNTOUCHED);
    expect((await app.from("subscriptions").select("tier")).data).toEqual([{ tier: "pro" }]);
  });

  test("a role that may write records but not read the table is denied, and the denial is recorded", async () => {
    await grantAuditWriter(bench.db, role);
    await bench.script(`revoke select on profiles from ${role}`);
    const [last] = await bench.column("select coalesce(max(id), 0) from audit.phi_access_log");
    const { data, error } = await app.from("profiles").select("email");
    expect({ data, code: error?.code }).toEqual({ data: null, code: "42501" });
    expect(
      await bench.column(
        `select concat_ws(' ', action, outcome, sqlstate, array_to_string(columns, ','), database_user) from audit.phi_access_log where id > ${last}`,
      ),
    ).toEqual([`READ denied 42501 public.profiles.email ${role}`]);
  });
});

describe("switching it off", () => {
  test("is explicit, and of one client only", async () => {
    const [last] = await bench.column("select coalesce(max(id), 0) from audit.phi_access_log");
    const off = createClient(bench.log.database, undefined, { audit: false, watchSchema: false });
    expect((await off.from("profiles").select("email").eq("id", ADA)).data).toEqual([
      { email: "ada@phi.example" },
    ]);
    expect((await off.from("profiles").update({ full_name: "Ada Phi" }).eq("id", ADA)).error).toBeNull();
    expect(await bench.column(`select count(*) from audit.phi_access_log where id > ${last}`)).toEqual(["0"]);
    const { records } = await bench.run((on) => on.from("profiles").select("email").eq("id", ADA));
    expect(records).toHaveLength(1);
  });

  test("without an actor a record has none, and is written all the same", async () => {
    const [last] = await bench.column("select coalesce(max(id), 0) from audit.phi_access_log");
    await bench.supabase.from("profiles").select("email").throwOnError();
    expect(
      await bench.column(
        `select coalesce(actor_id, 'nobody') || ' ' || action from audit.phi_access_log where id > ${last}`,
      ),
    ).toEqual(["nobody READ"]);
  });
});
