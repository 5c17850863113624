/** The schemas that Supabase's services keep in a project's database. */
const MANAGED: ReadonlySet<string> = new Set([
  "_analytics",
  "_realtime",
  "_supavisor",
  "auth",
  "cron",
  "dbdev",
  "extensions",
  "graphql",
  "graphql_public",
  "net",
  "pgbouncer",
  "pgmq",
  "pgsodium",
  "pgsodium_masks",
  "pgtle",
  "realtime",
  "storage",
  "supabase_functions",
  "supabase_migrations",
  "vault",
]);

/** A schema of Supabase's own. */
export function isManagedSchema(name: string): boolean {
  return MANAGED.has(name);
}
