import { randomBytes } from "node:crypto";
import { connect, type Database, migrate, quoteIdentifier } from "@offramp/db";
import { throwawayPostgres } from "@offramp/db/testing";
import { auditMigrations, grantAuditWriter } from "../src/index.ts";

interface LoginOptions {
  /** May append to the trail. */
  readonly writer?: boolean;
  /** What `CREATE ROLE` says beside LOGIN, such as `CREATEROLE`. */
  readonly attributes?: string;
  readonly applicationName?: string;
}

export interface Login {
  readonly role: string;
  readonly db: Database;
}

/** A database of its own, and roles that end with it. */
export interface TrailDatabase {
  /** The throwaway server's own role: a superuser. */
  readonly admin: Database;
  /** A new role that cannot log in. Its name needs no quotes. */
  role(options: { readonly writer?: boolean }): Promise<string>;
  /** A new role, and a pool that is logged in as it. */
  login(options: LoginOptions): Promise<Login>;
  close(): Promise<void>;
}

/** A new database with the trail installed by a superuser. */
export async function trailDatabase(): Promise<TrailDatabase> {
  const database = await emptyDatabase();
  await migrate(database.admin, [auditMigrations()]);
  return database;
}

/** A new database without the trail; `provider: "embedded"` gives it a server of its own. */
export async function emptyDatabase(
  options: { readonly provider?: "embedded" } = {},
): Promise<TrailDatabase> {
  const server = await throwawayPostgres(options);
  const { url } = await server.createDatabase();
  const admin = connect({ url, max: 4 });
  const pools: Database[] = [];
  const roles: string[] = [];

  async function createRole(attributes: string, writer: boolean): Promise<string> {
    const role = `audit_test_${randomBytes(6).toString("hex")}`;
    await admin.query({ text: `create role ${quoteIdentifier(role)} ${attributes}` });
    roles.push(role);
    if (writer) await grantAuditWriter(admin, role);
    return role;
  }

  return {
    admin,
    role: ({ writer = false }) => createRole("nologin", writer),
    async login({ writer = false, attributes = "", applicationName = "audit test" }) {
      const password = randomBytes(12).toString("hex");
      const role = await createRole(`login password '${password}' ${attributes}`, writer);
      const target = new URL(url);
      target.username = role;
      target.password = password;
      const db = connect({ url: target.href, max: 4, applicationName });
      pools.push(db);
      return { role, db };
    },
    async close() {
      for (const pool of pools) await pool.close();
      // Roles belong to the server, which may outlive this database.
      for (const role of roles.toReversed()) {
        await admin.query({ text: `drop owned by ${quoteIdentifier(role)} cascade` });
        await admin.query({ text: `drop role ${quoteIdentifier(role)}` });
      }
      await admin.close();
      await server.stop();
    },
  };
}
