/** The schemas that Supabase's own services keep. What the target has of them (a slim `auth.users`, say) is copied. */
const SCHEMAS: ReadonlySet<string> = new Set([
  "_analytics",
  "_realtime",
  "_supavisor",
  "auth",
  "cron",
  "extensions",
  "graphql",
  "graphql_public",
  "net",
  "pgbouncer",
  "pgmq",
  "pgsodium",
  "pgsodium_masks",
  "realtime",
  "storage",
  "supabase_functions",
  "supabase_migrations",
  "vault",
]);

export function isSupabaseSchema(name: string): boolean {
  return SCHEMAS.has(name);
}
