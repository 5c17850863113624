import { type Database, migrate } from "@offramp/db";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditMigrations, grantAuditWriter, recentAccess } from "../src/index.ts";
import { anAccess, append } from "./append.ts";
import { emptyDatabase, type Login, type TrailDatabase } from "./trail-database.ts";

/** Everything the trail consists of, as the catalog describes it. */
async function shape(db: Database): Promise<unknown> {
  return db.query({
    text: `select c.relname as name, c.relowner::regrole::text as owner, c.relacl::text as acl from pg_class c
        where c.relnamespace = 'audit'::regnamespace
      union all
      select p.oid::regprocedure::text, p.proowner::regrole::text, p.proacl::text from pg_proc p
        where p.pronamespace = 'audit'::regnamespace
      union all
      select t.tgname, t.tgenabled::text, null from pg_trigger t
        where t.tgrelid = 'audit.phi_access_log'::regclass
      union all
      select nspname, nspowner::regrole::text, nspacl::text from pg_namespace where nspname = 'audit'
      order by 1`,
  });
}

/** May the role become the owner of the trail, directly or through others? */
async function canBecomeOwner(admin: Database, role: string): Promise<unknown> {
  const [row] = await admin.query({
    text: `select pg_has_role($1::name, 'offramp_audit_owner',
      case when current_setting('server_version_num')::int >= 160000 then 'SET' else 'MEMBER' end) as can`,
    values: [role],
  });
  return row?.["can"];
}

async function grantCreate(database: TrailDatabase, role: string): Promise<void> {
  await database.admin.query({
    text: `do $$ begin execute format('grant create on database %I to ${role}', current_database()); end $$`,
  });
}

/** PostgreSQL 16 changed what CREATEROLE gives. */
async function sinceSixteen(db: Database): Promise<boolean> {
  const [row] = await db.query({
    text: "select current_setting('server_version_num')::int >= 160000 as since",
  });
  return row?.["since"] === "t";
}

describe("on a server that has no trail yet", () => {
  let first: TrailDatabase;
  let migrator: Login;

  beforeAll(async () => {
    first = await emptyDatabase({ provider: "embedded" });
    migrator = await first.login({ attributes: "createrole" });
  });

  afterAll(() => first.close());

  it("a role without CREATEROLE is told what it lacks, and nothing is left behind", async () => {
    const { db, role } = await first.login({});
    await grantCreate(first, role);
    const refusal = migrate(db, [auditMigrations()]);
    await expect(refusal).rejects.toThrow(/lacks CREATEROLE.*Run the migration as a role with CREATEROLE/);
    await first.admin.query({ text: "drop schema offramp cascade" });
    const roles = await first.admin.query({
      text: "select rolname from pg_roles where rolname like 'offramp%'",
    });
    expect(roles).toEqual([]);
  });

  it("a role with CREATEROLE that is no superuser installs it", async () => {
    await grantCreate(first, migrator.role);
    await migrate(migrator.db, [auditMigrations()]);
    const owners = await first.admin.query({
      text: `select distinct relowner::regrole::text as owner from pg_class where relnamespace = 'audit'::regnamespace
        union select proowner::regrole::text from pg_proc where pronamespace = 'audit'::regnamespace
        union select nspowner::regrole::text from pg_namespace where nspname = 'audit'`,
    });
    expect(owners).toEqual([{ owner: "offramp_audit_owner" }]);
  });

  it("which may then append, and no longer act as the owner", async () => {
    await append(migrator.db, { call: anAccess });
    await expect(recentAccess(migrator.db)).rejects.toThrow(/may not read the access trail/);
    await expect(migrator.db.query({ text: "set role offramp_audit_owner" })).rejects.toMatchObject({
      code: "42501",
    });
    await expect(migrator.db.query({ text: "drop table audit.phi_access_log" })).rejects.toMatchObject({
      code: "42501",
    });
    expect(await canBecomeOwner(first.admin, migrator.role)).toBe("f");
  });

  it("which may let another role append", async () => {
    const app = await first.login({});
    await grantAuditWriter(migrator.db, app.role);
    await grantAuditWriter(migrator.db, app.role);
    await append(app.db, { call: anAccess });
    await expect(app.db.query({ text: "grant offramp_audit_writer to current_user" })).rejects.toMatchObject({
      code: "42501",
    });
  });

  it("doing it again changes nothing, as that role or as a superuser", async () => {
    const before = await shape(first.admin);
    await migrate(migrator.db, [auditMigrations()]);
    await migrate(first.admin, [auditMigrations()]);
    expect(await shape(first.admin)).toEqual(before);
    expect(await canBecomeOwner(first.admin, migrator.role)).toBe("f");
  });
});

describe("on a server where another database has the trail", () => {
  let earlier: TrailDatabase;
  let database: TrailDatabase;

  beforeAll(async () => {
    earlier = await emptyDatabase();
    await migrate(earlier.admin, [auditMigrations()]);
    database = await emptyDatabase();
  });

  afterAll(async () => {
    await database.close();
    await earlier.close();
  });

  it("a role that was given the trail's roles installs it, and keeps no hold on the owner", async () => {
    const { db, role } = await database.login({ attributes: "createrole" });
    await grantCreate(database, role);
    const modern = await sinceSixteen(database.admin);
    const first = await migrate(db, [auditMigrations()]).then(() => "installed", String);
    // Before 16, CREATEROLE gives every role that is no superuser to everyone.
    expect(first).toMatch(
      modern ? /cannot act as offramp_audit_owner, which another role created/ : /^installed$/,
    );
    if (modern) {
      await database.admin.query({
        text: `grant offramp_audit_owner, offramp_audit_writer to ${role} with admin true, inherit false, set false`,
      });
    }
    await migrate(db, [auditMigrations()]);
    expect(await shape(database.admin)).toEqual(await shape(earlier.admin));
    expect(await canBecomeOwner(database.admin, role)).toBe("f");
    await append(db, { call: anAccess });
  });

  it("a schema audit that is something else is left alone, with a clear error", async () => {
    const other = await emptyDatabase();
    await other.admin.query({ text: "create schema audit" });
    await other.admin.query({ text: "create table audit.mine (id int)" });
    await expect(migrate(other.admin, [auditMigrations()])).rejects.toThrow(
      /a schema named audit that is not the access trail/,
    );
    expect(await other.admin.query({ text: "select * from audit.mine" })).toEqual([]);
    await other.close();
  });

  it("several databases install it at the same moment", async () => {
    const databases = await Promise.all([emptyDatabase(), emptyDatabase(), emptyDatabase()]);
    await Promise.all(databases.map(({ admin }) => migrate(admin, [auditMigrations()])));
    for (const { admin: installed } of databases) {
      await append(installed, { call: anAccess });
      expect(await recentAccess(installed)).toHaveLength(1);
    }
    await Promise.all(databases.map((installed) => installed.close()));
  });
});

describe("grantAuditWriter", () => {
  let database: TrailDatabase;

  beforeAll(async () => {
    database = await emptyDatabase();
    await migrate(database.admin, [auditMigrations()]);
  });

  afterAll(() => database.close());

  it("quotes the role's name", async () => {
    await expect(
      grantAuditWriter(database.admin, 'nobody"; drop schema audit cascade; --'),
    ).rejects.toMatchObject({
      code: "42704",
    });
    expect(await recentAccess(database.admin)).toEqual([]);
  });

  it("lets a NOINHERIT role append, or says that it cannot", async () => {
    const { db, role } = await database.login({ attributes: "noinherit" });
    const outcome = await grantAuditWriter(database.admin, role)
      .then(() => append(db, { call: anAccess }))
      .then(() => "appended", String);
    expect(outcome).toMatch((await sinceSixteen(database.admin)) ? /^appended$/ : /ALTER ROLE ".*" INHERIT/);
  });

  it("is not for a role that has no say in it", async () => {
    const { db, role } = await database.login({});
    await expect(grantAuditWriter(db, role)).rejects.toMatchObject({ code: "42501" });
  });
});

it("recentAccess says when the trail is not installed", async () => {
  const database = await emptyDatabase();
  await expect(recentAccess(database.admin)).rejects.toThrow(/has no access trail.*auditMigrations/);
  await database.close();
});
