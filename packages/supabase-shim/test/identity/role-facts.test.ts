import {
  auditMigrations,
  grantAuditWriter,
  phiMarksMigration,
  recentAccess,
  withActor,
} from "@offramp/audit";
import { clinicMigrations, connect, type Database, migrate } from "@offramp/db";
import * as clinicSchema from "@offramp/db/schema";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient, writeSchemaSnapshot } from "../../src/index.ts";
import { hsToken, SECRET } from "./tokens.ts";
import { ADA, userDatabase, type UserDatabase } from "./user-database.ts";

let database: UserDatabase;

beforeAll(async () => {
  database = await userDatabase();
});

afterAll(() => database.close());

async function withPool<T>(url: string, work: (db: Database) => Promise<T>): Promise<T> {
  const db = connect({ url, max: 2 });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

describe("what a role has set for itself", () => {
  // PostgREST, "Impersonated Role Settings". The role is this test's own: others share the server.
  const role = (): string => `${database.login}_reader`;

  beforeAll(async () => {
    await database.owner.query({
      script: true,
      text: `create role ${role()} nologin; grant ${role()} to ${database.login};
        alter role ${role()} set statement_timeout = '4321ms'; alter role ${role()} set default_transaction_isolation = 'serializable';
        alter role ${role()} set search_path = 'public', 'Odd "path"'; alter role ${role()} set log_statement = 'all';
        create function seen() returns json language sql stable as $$ select json_build_array(
          current_user, current_setting('statement_timeout'), current_setting('search_path'), current_setting('log_statement'),
          current_setting('transaction_isolation')) $$;`,
    });
  });

  afterAll(() => database.owner.query({ text: `drop role ${role()}` }));

  test("holds for calls that run as the role, and a client's own timeout goes before it", async () => {
    const seen = await withPool(database.url, async (db) => {
      const [own] = await db.query({ text: "select seen() as seen" });
      const client = createClient(db, "k");
      const asRole = client.withClaims({ role: role() });
      const hasty = createClient(db, "k", { db: { statementTimeout: 1000 } }).withClaims({ role: role() });
      return {
        own: JSON.parse(own?.["seen"] ?? "null") as unknown[],
        asRole: (await asRole.rpc("seen")).data,
        hasty: (await hasty.rpc("seen")).data,
        after: (await client.rpc("seen")).data,
        other: (await client.withClaims({ role: "authenticated" }).rpc("seen")).data,
      };
    });
    const [login, timeout, path, logged, usual] = seen.own;
    expect(seen).toEqual({
      own: [database.login, timeout, path, logged, "read committed"],
      // Settings that only a superuser may make stay as they are.
      asRole: [role(), "4321ms", 'public, "Odd ""path"""', logged, "serializable"],
      hasty: [role(), "1s", 'public, "Odd ""path"""', logged, "serializable"],
      after: [login, timeout, path, logged, usual],
      other: ["authenticated", timeout, path, logged, usual],
    });
  });
});

describe("a schema snapshot", () => {
  test("of a connection that may be service_role does not decide for one that may not", async () => {
    const schemaSnapshot = await writeSchemaSnapshot(database.owner);
    await withPool(database.loneUrl, async (db) => {
      const service = createClient(db, "sb_secret_key", { schemaSnapshot });
      expect((await service.from("notes").select("id").order("id")).data).toEqual([
        { id: 1 },
        { id: 2 },
        { id: 3 },
      ]);
    });
    await withPool(database.loneUrl, async (db) => {
      const anon = createClient(db, "sb_publishable_key", { schemaSnapshot });
      expect((await anon.from("notes").select("id")).error?.code).toBe("OFF002");
    });
  });
});

describe("the audit trail", () => {
  const jwt = { secret: SECRET };
  const token = hsToken({ role: "authenticated", sub: ADA });
  let db: Database;

  beforeAll(async () => {
    await migrate(database.owner, [clinicMigrations, auditMigrations(), phiMarksMigration(clinicSchema)]);
    for (const role of ["authenticated", database.login]) await grantAuditWriter(database.owner, role);
    await database.owner.query({
      script: true,
      text: `grant select on profiles to authenticated; insert into profiles (email) values ('a@example.org');`,
    });
    db = connect({ url: database.url, max: 2 });
  });

  afterAll(() => db.close());

  const lastRecord = async (): Promise<unknown> => {
    const [record] = await recentAccess(database.owner, { limit: 1 });
    return record === undefined ? undefined : [record.actorId, record.action, record.outcome];
  };

  test("names the token's user, unless the application says who it is", async () => {
    const client = createClient(db, "sb_publishable_key", { jwt });
    const read = (): PromiseLike<{ data: unknown; error: unknown }> =>
      client.from("profiles").select("email").setHeader("Authorization", `Bearer ${token}`);
    expect(await read()).toMatchObject({ error: null, data: [{ email: "a@example.org" }] });
    expect(await lastRecord()).toEqual([ADA, "READ", "success"]);
    await withActor({ id: "u-17" }, async () => void (await read()));
    expect(await lastRecord()).toEqual(["u-17", "READ", "success"]);
  });

  test("has the user of a call that was refused", async () => {
    const user = createClient(db, "sb_publishable_key").withClaims({ role: "authenticated", sub: ADA });
    expect((await user.from("reports").select("html_content")).status).toBe(403);
    expect(await lastRecord()).toEqual([ADA, "READ", "denied"]);
  });

  test("a role that may not append to it shows no PHI", async () => {
    await database.owner.query({ text: "grant select on profiles to anon" });
    const { data, error } = await createClient(db, "sb_publishable_key", { jwt })
      .from("profiles")
      .select("email");
    expect({ data, code: error?.code }).toEqual({ data: null, code: "42501" });
  });
});
