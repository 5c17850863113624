import { folderMigrations, type MigrationSource } from "@offramp/db";
import { packageRoot } from "../package-root.ts";

/**
 * What policies and functions written for Supabase expect of a database: the roles `anon`, `authenticated` and
 * `service_role`, and `auth.uid()`, `auth.role()`, `auth.jwt()` and `auth.email()`. What is there already is left as it is.
 *
 * The migrating role needs CREATEROLE and CREATE on the database, not superuser. It may become the three roles
 * afterwards; another role that the application connects as may after `GRANT anon, authenticated, service_role TO …`.
 * Nothing is granted on tables: bring the grants along from Supabase, or write those that the application needs.
 *
 * `service_role` gets BYPASSRLS where the migrating role may give it: a superuser, or since PostgreSQL 16 a role with
 * CREATEROLE and BYPASSRLS. Elsewhere, as on RDS, it does not, and row level security holds for it: tables with
 * policies look empty to it until {@link serviceRolePolicies} gives it policies of its own.
 *
 * @example
 * ```ts
 * import { connect, migrate } from "@offramp/db";
 * import { serviceRolePolicies, supabaseCompat } from "@offramp/supabase-shim";
 *
 * const db = connect();
 * await migrate(db, [supabaseCompat()]);
 * console.log(await serviceRolePolicies(db));
 * await db.close();
 * ```
 */
export function supabaseCompat(): MigrationSource {
  return folderMigrations("supabase-compat", new URL("migrations/", packageRoot));
}
