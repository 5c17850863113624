/** The roles that Supabase's services log in as, and `postgres`, its name for the owner: none of them exists at the target. */
const INTERNAL: ReadonlySet<string> = new Set([
  "authenticator",
  "cli_login_postgres",
  "dashboard_user",
  "pgbouncer",
  "pgsodium_keyholder",
  "pgsodium_keyiduser",
  "pgsodium_keymaker",
  "postgres",
  "supabase_admin",
  "supabase_auth_admin",
  "supabase_etl_admin",
  "supabase_functions_admin",
  "supabase_read_only_user",
  "supabase_realtime_admin",
  "supabase_replication_admin",
  "supabase_storage_admin",
]);

/** The roles that policies and grants of an application name; the migration `supabase-compat` makes them. */
export const API_ROLES: readonly string[] = ["anon", "authenticated", "service_role"];

/** A role of Supabase's own services. */
export function isInternalRole(name: string): boolean {
  return INTERNAL.has(name);
}
