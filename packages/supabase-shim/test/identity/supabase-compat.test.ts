import { connect, type Database, migrate, migration } from "@offramp/db";
import { throwawayPostgres, type ThrowawayPostgres } from "@offramp/db/testing";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createClient, serviceRolePolicies, supabaseCompat } from "../../src/index.ts";
import { ADA } from "./user-database.ts";

/** A server of its own: the roles must not be there yet, and roles belong to the server. */
let server: ThrowawayPostgres;
const open: Database[] = [];
/** Superusers of the databases that the current test has made. */
const admins: Database[] = [];

beforeAll(async () => {
  server = await throwawayPostgres({ provider: "embedded" });
});

afterAll(async () => {
  await Promise.all(open.map((db) => db.close()));
  await server.stop();
});

function opened(url: string, role?: string): Database {
  const target = new URL(url);
  if (role !== undefined) {
    target.username = role;
    target.password = "secret";
  }
  const db = connect({ url: target.href, max: 2 });
  open.push(db);
  return db;
}

async function column(db: Database, text: string): Promise<(string | null)[]> {
  return (await db.query({ text })).map((row) => Object.values(row)[0] ?? null);
}

const ROLES =
  "select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') order by 1";
const FUNCTIONS =
  "select string_agg(proname || ' ' || md5(prosrc), ', ' order by proname) from pg_proc where pronamespace = 'auth'::regnamespace";
const ATTRIBUTES =
  "select string_agg(to_jsonb(r)::text, e'\\n' order by rolname) from pg_roles r where rolname in ('anon', 'authenticated', 'service_role')";

/** A new database that belongs to a new role with these attributes, as RDS gives its master user one. */
async function databaseOf(role: string, attributes: string): Promise<{ db: Database; admin: Database }> {
  const { url, name } = await server.createDatabase();
  const admin = opened(url);
  admins.push(admin);
  await admin.query({
    text: `create role ${role} login ${attributes} password 'secret'; alter database "${name}" owner to ${role}`,
    script: true,
  });
  return { db: opened(url, role), admin };
}

/** Takes the roles away again, with what they own and were granted in the databases of the test. */
async function forgetRoles(): Promise<void> {
  for (const admin of admins) {
    await admin.query({
      script: true,
      text: `drop schema if exists auth cascade;
        do $$ begin
          if exists (select from pg_roles where rolname = 'anon') then
            drop owned by anon, authenticated, service_role;
          end if;
        end $$`,
    });
  }
  await admins[0]?.query({ text: "drop role if exists anon, authenticated, service_role" });
  admins.length = 0;
}

/** Becomes each role as the connection, and says who it was. */
async function becoming(db: Database): Promise<(string | null)[]> {
  const seen: (string | null)[] = [];
  for (const role of ["anon", "authenticated", "service_role"]) {
    await db.transaction(async (tx) => {
      await tx.query({ text: `set local role ${role}` });
      const [row] = await tx.query({ text: "select current_user as me" });
      seen.push(row?.["me"] ?? null);
    });
  }
  return seen;
}

describe("supabaseCompat()", () => {
  afterEach(forgetRoles);

  test("without superuser, as on RDS: roles that the migrating role may become, service_role under row level security", async () => {
    const { db } = await databaseOf("rds_master", "createrole createdb");
    await migrate(db, [supabaseCompat()]);
    expect(await column(db, ROLES)).toEqual(["anon", "authenticated", "service_role"]);
    expect(await becoming(db)).toEqual(["anon", "authenticated", "service_role"]);
    expect(await column(db, "select rolbypassrls from pg_roles where rolname = 'service_role'")).toEqual([
      "f",
    ]);
    expect(await column(db, "select shobj_description('service_role'::regrole, 'pg_authid')")).toEqual([
      expect.stringContaining("serviceRolePolicies()"),
    ]);

    // What to do about it.
    await db.query({
      script: true,
      text: `create table notes (id int primary key); insert into notes values (1), (2);
        alter table notes enable row level security; grant select, insert on notes to service_role;
        create table plain (id int); create schema "odd ""name";
        create table "odd ""name"."t'a" (id int); alter table "odd ""name"."t'a" enable row level security;`,
    });
    const service = createClient(db, "sb_secret_key");
    expect((await service.from("notes").select("id")).data).toEqual([]);
    expect(await serviceRolePolicies(db, ["public", 'odd "name'])).toEqual({
      bypassesRowSecurity: false,
      created: [`odd "name.t'a`, "public.notes"],
      present: [],
      restricted: [],
    });
    expect((await service.from("notes").select("id")).data).toEqual([{ id: 1 }, { id: 2 }]);
    expect((await service.from("notes").insert({ id: 3 })).error).toBeNull();
    await db.query({ text: "create policy few on notes as restrictive for select to public using (id < 3)" });
    expect(await serviceRolePolicies(db)).toEqual({
      bypassesRowSecurity: false,
      created: [],
      present: ["public.notes"],
      restricted: ["public.notes"],
    });
  });

  test.each([
    ["a superuser", "root_user", "superuser"],
    ["a role with CREATEROLE and BYPASSRLS", "bypasser", "createrole bypassrls"],
  ])("%s gives service_role BYPASSRLS", async (_who, role, attributes) => {
    const { db } = await databaseOf(role, attributes);
    await migrate(db, [supabaseCompat()]);
    expect(
      await column(db, "select rolname from pg_roles where rolbypassrls and rolname = 'service_role'"),
    ).toEqual(["service_role"]);
    expect(await becoming(db)).toEqual(["anon", "authenticated", "service_role"]);
    expect(await serviceRolePolicies(db)).toEqual({
      bypassesRowSecurity: true,
      created: [],
      present: [],
      restricted: [],
    });
  });

  test("runs twice, and in a second database of the server, without harm", async () => {
    const { db } = await databaseOf("twice", "createrole createdb");
    const first = await migrate(db, [supabaseCompat()]);
    expect(first.applied).toHaveLength(1);
    const roles = await column(db, ATTRIBUTES);
    expect((await migrate(db, [supabaseCompat()])).applied).toEqual([]);

    // Past the ledger, as another tool would run it.
    const [again] = await supabaseCompat().migrations();
    await migrate(db, [{ name: "again", migrations: () => [migration("0000", again?.statements ?? [])] }]);
    const other = await server.createDatabase();
    const otherAdmin = opened(other.url);
    admins.push(otherAdmin);
    await otherAdmin.query({ text: `alter database "${other.name}" owner to twice` });
    const second = opened(other.url, "twice");
    await migrate(second, [supabaseCompat()]);
    expect(await column(second, FUNCTIONS)).toEqual(await column(db, FUNCTIONS));
    expect(await column(db, ATTRIBUTES)).toEqual(roles);
  });

  test("leaves roles and functions that came from Supabase as they are", async () => {
    const { db, admin } = await databaseOf("from_supabase", "createrole");
    await admin.query({
      script: true,
      text: `create role anon nologin noinherit; create role authenticated nologin noinherit;
        create role service_role nologin noinherit bypassrls; create schema auth;
        grant anon, authenticated, service_role to from_supabase;
        create function auth.uid() returns uuid language sql stable as $$ select '${ADA}'::uuid $$;
        create function auth.role() returns text language sql stable as $$ select 'theirs' $$;
        create function auth.jwt() returns jsonb language sql stable as $$ select '{}'::jsonb $$;
        create function auth.email() returns text language sql stable as $$ select 'theirs' $$;`,
    });
    const before = [
      await column(admin, FUNCTIONS),
      await column(admin, ATTRIBUTES),
      await column(admin, GRANTS),
    ];
    await migrate(db, [supabaseCompat()]);
    expect([
      await column(admin, FUNCTIONS),
      await column(admin, ATTRIBUTES),
      await column(admin, GRANTS),
    ]).toEqual(before);
  });

  test("says what is missing when the migrating role may not make roles, or may not become them", async () => {
    const weak = await databaseOf("no_createrole", "");
    await expect(migrate(weak.db, [supabaseCompat()])).rejects.toThrow(
      /no_createrole lacks CREATEROLE.*RDS/s,
    );
    await weak.admin.query({
      text: "create role anon; create role authenticated; create role service_role",
      script: true,
    });
    const late = await databaseOf("late_comer", "createrole");
    await expect(migrate(late.db, [supabaseCompat()])).rejects.toThrow(
      /anon was made by another role.*GRANT anon TO late_comer/s,
    );
  });

  test("grants nothing on tables", async () => {
    const { db } = await databaseOf("granting", "createrole");
    await db.query({ text: "create table notes (id int primary key)" });
    await migrate(db, [supabaseCompat()]);
    expect(await column(db, "select relacl from pg_class where relname = 'notes'")).toEqual([null]);
    for (const key of ["sb_publishable_key", "sb_secret_key"]) {
      expect((await createClient(db, key).from("notes").select()).error?.code).toBe("42501");
    }
  });
});

const GRANTS =
  "select string_agg(coalesce(proacl::text, '-'), ', ' order by proname) from pg_proc where pronamespace = 'auth'::regnamespace";

describe("auth.uid(), auth.role(), auth.jwt() and auth.email()", () => {
  let db: Database;

  beforeAll(async () => {
    ({ db } = await databaseOf("functions", "createrole"));
    await migrate(db, [supabaseCompat()]);
  });

  afterAll(forgetRoles);

  const answers = async (claims: string | undefined): Promise<unknown> =>
    db.transaction(async (tx) => {
      if (claims !== undefined) {
        await tx.query({ text: "select set_config('request.jwt.claims', $1, true)", values: [claims] });
      }
      const [row] = await tx.query({
        text: "select auth.uid()::text as uid, auth.role() as role, auth.email() as email, auth.jwt()::text as jwt",
      });
      return row;
    });

  test("read the call's claims", async () => {
    const claims = {
      sub: ADA,
      role: "authenticated",
      email: "ada@example.com",
      app_metadata: { admin: true },
    };
    expect(await answers(JSON.stringify(claims))).toEqual({
      uid: ADA,
      role: "authenticated",
      email: "ada@example.com",
      jwt: '{"sub": "00000000-0000-4000-8000-000000000001", "role": "authenticated", "email": "ada@example.com", "app_metadata": {"admin": true}}',
    });
  });

  test.each([[undefined], [""], ["{}"]])("are null without (%j)", async (claims) => {
    expect(await answers(claims)).toEqual({
      uid: null,
      role: null,
      email: null,
      jwt: claims === "{}" ? "{}" : null,
    });
  });

  test("an empty sub is no user", async () => {
    expect(await answers('{"sub": ""}')).toMatchObject({ uid: null });
  });

  test("are stable, so that a policy asks once, and open to the three roles", async () => {
    expect(
      await column(
        db,
        "select distinct concat(provolatile, proparallel) from pg_proc where pronamespace = 'auth'::regnamespace",
      ),
    ).toEqual(["ss"]);
    for (const role of ["anon", "authenticated", "service_role"]) {
      await db.transaction(async (tx) => {
        await tx.query({ text: `set local role ${role}` });
        expect(await tx.query({ text: "select auth.uid() as uid" })).toEqual([{ uid: null }]);
      });
    }
  });
});
