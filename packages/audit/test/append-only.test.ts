import type { Database, Transaction } from "@offramp/db";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { anAccess, append } from "./append.ts";
import { type TrailDatabase, trailDatabase } from "./trail-database.ts";

let trail: TrailDatabase;
let app: Database;

beforeAll(async () => {
  trail = await trailDatabase();
  ({ db: app } = await trail.login({ writer: true }));
  await append(app, { call: anAccess });
});

afterAll(() => trail.close());

async function snapshot(): Promise<unknown> {
  return trail.admin.query({ text: "select * from audit.phi_access_log order by id" });
}

/** Runs `work` in a transaction that is never committed. */
async function inDiscardedTransaction(
  db: Database,
  work: (transaction: Transaction) => Promise<void>,
): Promise<void> {
  const discard = new Error("discard");
  const outcome = db.transaction(async (transaction) => {
    await work(transaction);
    throw discard;
  });
  await expect(outcome).rejects.toBe(discard);
}

describe("the application's role", () => {
  it.each([
    "select * from audit.phi_access_log",
    "select count(*) from audit.phi_access_log",
    "select id from audit.phi_access_log limit 0",
    `insert into audit.phi_access_log (database_user, database_role, action, relations, columns, subjects, outcome)
       values ('x', 'x', 'READ', '{}', '{}', '{}', 'success')`,
    "update audit.phi_access_log set actor_id = 'nobody'",
    "update audit.phi_access_log set actor_id = 'nobody' where false",
    "delete from audit.phi_access_log",
    "truncate audit.phi_access_log",
    "alter table audit.phi_access_log disable trigger all",
    "alter table audit.phi_access_log disable trigger append_only_statement",
    "alter table audit.phi_access_log add column note text",
    "alter table audit.phi_access_log owner to current_user",
    "alter table audit.phi_access_log rename to gone",
    "drop trigger append_only_row on audit.phi_access_log",
    "create trigger first before insert on audit.phi_access_log for each row execute function audit.refuse_change()",
    "create rule nothing as on insert to audit.phi_access_log do instead nothing",
    "drop table audit.phi_access_log",
    "drop schema audit cascade",
    "alter schema audit rename to elsewhere",
    "create table audit.mine (id int)",
    "do $$ begin lock table audit.phi_access_log in access exclusive mode; end $$",
    "copy audit.phi_access_log to stdout",
    "select nextval('audit.phi_access_log_id_seq')",
    "select setval('audit.phi_access_log_id_seq', 1)",
    "create or replace function audit.refuse_change() returns trigger language plpgsql as 'begin return old; end'",
    "drop function audit.append_access",
    "alter function audit.append_access security invoker",
    "update audit.phi_column set kind = 'none'",
    "delete from audit.phi_column",
    "delete from audit.phi_subject",
    "insert into audit.phi_column values ('public', 'profiles', 'email', 'identifier')",
    "select audit.replace_marks('[]')",
    "set role offramp_audit_owner",
    "set role offramp_auditor",
    "grant offramp_audit_owner to current_user",
    "grant select on audit.phi_access_log to current_user",
    "set session_replication_role = replica",
  ])("is refused: %s", async (text) => {
    const before = await snapshot();
    await expect(app.query({ text })).rejects.toMatchObject({ code: "42501" });
    expect(await snapshot()).toEqual(before);
  });

  it("reads the inventories", async () => {
    await expect(app.query({ text: "select * from audit.phi_column" })).resolves.toEqual([]);
    await expect(app.query({ text: "select * from audit.phi_subject" })).resolves.toEqual([]);
  });

  it("cannot put its own objects in place of PostgreSQL's inside the append function", async () => {
    const { db, role } = await trail.login({ writer: true });
    await trail.admin.query({ text: `create schema ${role}_lure authorization ${role}` });
    await db.transaction(async (transaction) => {
      await transaction.query({
        text: `create function ${role}_lure.jsonb_typeof(jsonb) returns text language sql as $$ select 'lured' $$`,
      });
      await transaction.query({ text: "create temporary table phi_access_log (id bigint)" });
      await transaction.query({ text: `set local search_path = pg_temp, ${role}_lure, pg_catalog` });
      await append(transaction, { call: anAccess });
    });
    const [count] = await trail.admin.query({
      text: "select count(*) as n from audit.phi_access_log where database_user = $1",
      values: [role],
    });
    expect(count).toEqual({ n: "1" });
  });

  it("cannot append, nor see the inventories, before it is granted", async () => {
    const { db } = await trail.login({});
    await expect(append(db, { call: anAccess })).rejects.toMatchObject({ code: "42501" });
    await expect(db.query({ text: "select * from audit.phi_column" })).rejects.toMatchObject({
      code: "42501",
    });
  });
});

const changes = [
  ["UPDATE", "update audit.phi_access_log set actor_id = 'nobody'"],
  ["UPDATE", "update audit.phi_access_log set actor_id = 'nobody' where false"],
  ["DELETE", "delete from audit.phi_access_log"],
  ["DELETE", "delete from audit.phi_access_log where id = -1"],
  ["TRUNCATE", "truncate audit.phi_access_log"],
  ["TRUNCATE", "truncate audit.phi_access_log restart identity cascade"],
] as const;

describe.each(["the owner", "a superuser", "the owner in replica mode", "a superuser in replica mode"])(
  "%s",
  (who) => {
    const become = async (transaction: Transaction): Promise<void> => {
      if (who.endsWith("replica mode")) {
        await transaction.query({ text: "set local session_replication_role = replica" });
      }
      if (who.startsWith("the owner"))
        await transaction.query({ text: "set local role offramp_audit_owner" });
    };

    it.each(changes)("is refused %s: %s", async (operation, text) => {
      const before = await snapshot();
      await inDiscardedTransaction(trail.admin, async (transaction) => {
        await become(transaction);
        const refusal = transaction.savepoint((inner) => inner.query({ text }));
        await expect(refusal).rejects.toMatchObject({ code: "42501" });
        await expect(refusal).rejects.toThrow(
          `the access trail audit.phi_access_log is append-only: ${operation} is refused`,
        );
      });
      expect(await snapshot()).toEqual(before);
    });

    it("is refused an insert that turns into an update", async () => {
      await inDiscardedTransaction(trail.admin, async (transaction) => {
        await become(transaction);
        const refusal = transaction.savepoint((inner) =>
          inner.query({
            text: `insert into audit.phi_access_log
            overriding system value select * from audit.phi_access_log
            on conflict (id, recorded_at) do update set actor_id = 'nobody'`,
          }),
        );
        await expect(refusal).rejects.toThrow(/append-only: UPDATE is refused/);
      });
    });
  },
);

/** A column that may be set; the numbers of the others are given by the database. */
const columnOf: Readonly<Record<string, string>> = {
  "audit.retention_rule": "keep",
  "audit.legal_hold": "reason",
  "audit.legal_hold_release": "reason",
};

describe.each([
  "audit.seal",
  "audit.retention",
  "audit.retention_rule",
  "audit.legal_hold",
  "audit.legal_hold_release",
])("%s", (table) => {
  const column = columnOf[table] ?? "number";
  const statements = [
    ["UPDATE", `update ${table} set ${column} = ${column}`],
    ["DELETE", `delete from ${table}`],
    ["TRUNCATE", `truncate ${table} cascade`],
  ] as const;

  it("lets the application do nothing", async () => {
    const others = [
      `drop table ${table}`,
      `alter table ${table} drop column ${column}`,
      `select * from ${table}`,
    ];
    for (const text of [...others, ...statements.map(([, change]) => change)])
      await expect(app.query({ text })).rejects.toMatchObject({ code: "42501" });
  });

  it.each(["offramp_audit_owner", "a superuser"])("is append-only to %s", async (who) => {
    for (const [operation, text] of statements) {
      await inDiscardedTransaction(trail.admin, async (transaction) => {
        if (who === "offramp_audit_owner") await transaction.query({ text: `set local role ${who}` });
        const refusal = transaction.savepoint((inner) => inner.query({ text }));
        await expect(refusal).rejects.toThrow(new RegExp(`append-only: ${operation} is refused`));
      });
    }
  });
});

it("nobody can log in as a role of the trail", async () => {
  const roles = await trail.admin.query({
    text: "select rolname from pg_roles where rolname like 'offramp\\_audit%' and (rolcanlogin or rolsuper)",
  });
  expect(roles).toEqual([]);
});
