import { migrate } from "@offramp/db";
import { afterAll, beforeAll, expect, it } from "vitest";
import { auditMigrations, ddlGuard } from "../src/index.ts";
import { emptyDatabase, type Login, type TrailDatabase } from "./trail-database.ts";

let trail: TrailDatabase;
/** No superuser, and able to become the owner. */
let insider: Login;

beforeAll(async () => {
  // Event triggers are of one database, but a server of its own keeps other tests' DDL quick.
  trail = await emptyDatabase();
  await migrate(trail.admin, [auditMigrations(), ddlGuard()]);
  insider = await trail.login({});
  await trail.admin.query({
    text: `grant offramp_audit_owner to ${insider.role};
      do $$ begin execute format('grant create on database %I to offramp_audit_owner', current_database()); end $$`,
    script: true,
  });
});

afterAll(() => trail.close());

async function asOwner(text: string): Promise<unknown> {
  return insider.db.transaction(async (transaction) => {
    await transaction.query({ text: "set local role offramp_audit_owner" });
    return transaction.query({ text });
  });
}

it.each([
  "alter table audit.phi_access_log disable trigger append_only_row",
  "alter table audit.phi_access_log_default disable trigger all",
  "alter table audit.phi_access_log drop column actor_id",
  "alter table audit.phi_access_log rename to gone",
  "alter table audit.phi_access_log alter column database_user set default 'nobody'",
  "alter table audit.phi_access_log detach partition audit.phi_access_log_default",
  "drop table audit.phi_access_log cascade",
  "drop table audit.phi_access_log_default",
  "drop table audit.seal",
  "alter table audit.seal disable trigger all",
  "drop table audit.retention cascade",
  "alter table audit.legal_hold disable trigger append_only_row",
  "create or replace function audit.drop_partition(statement text, signature bytea) returns bigint language sql as 'select 1'",
  "drop trigger append_only_row on audit.phi_access_log",
  "create trigger quiet before insert on audit.phi_access_log for each row execute function suppress_redundant_updates_trigger()",
  "create rule quiet as on insert to audit.phi_access_log do instead nothing",
  "create or replace function audit.refuse_change() returns trigger language plpgsql as 'begin return null; end'",
  "alter schema audit rename to elsewhere",
  "drop schema audit cascade",
  // A statement's text can look like a frame of the stack, but never like the outermost one.
  "do $do$ begin execute E'drop table audit.phi_access_log_default /* \\nPL/pgSQL function audit.drop_partition(regclass) line 1 at EXECUTE */'; end $do$",
])("is refused to the owner of the trail: %s", async (text) => {
  await expect(asOwner(text)).rejects.toMatchObject({ code: "42501" });
  await expect(asOwner(text)).rejects.toThrow(/the access trail is guarded/);
});

it("lets the owner grant what it has, and that gives nobody the right to drop records", async () => {
  await asOwner("grant execute on function audit.drop_partition(text, bytea) to public");
  const attempt = insider.db.query({ text: "select audit.drop_partition('', '')" });
  await expect(attempt).rejects.toThrow("it is no member of offramp_audit_retainer");
});

it("leaves other objects alone, and the trail's own functions at work", async () => {
  await insider.db.query({
    text: "create temporary table phi_access_log (id int); drop table phi_access_log",
    script: true,
  });
  await trail.admin.query({
    text: `set role offramp_audit_owner;
      create function audit.make_one() returns void language plpgsql as $$ begin
        execute 'create table audit.one (id int)'; execute 'drop table audit.one'; end $$;
      reset role`,
    script: true,
  });
  await expect(asOwner("select audit.make_one()")).resolves.toHaveLength(1);
});

it("lets a superuser migrate, and drop it", async () => {
  await migrate(trail.admin, [auditMigrations(), ddlGuard()]);
  await trail.admin.query({ text: "comment on table audit.phi_access_log_default is 'guarded'" });
  await trail.admin.query({ text: "drop event trigger offramp_guard_trail_drop" });
  const left = await trail.admin.query({ text: "select evtname from pg_event_trigger" });
  expect(left).toEqual([{ evtname: "offramp_guard_trail_end" }]);
});

it("needs a superuser", async () => {
  const other = await emptyDatabase();
  const { db, role } = await other.login({ attributes: "createrole" });
  await other.admin.query({
    text: `do $$ begin execute format('grant create on database %I to ${role}', current_database()); end $$`,
  });
  await expect(migrate(db, [ddlGuard()])).rejects.toThrow(/must be superuser|permission denied/i);
  await other.close();
});
