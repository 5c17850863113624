import { type Queryable, quoteIdentifier } from "@offramp/db";

const POLICY = "offramp_service_role";

/**
 * What {@link serviceRolePolicies} found and did. Tables are named `schema.table`.
 *
 * @example
 * ```ts
 * import { connect } from "@offramp/db";
 * import { serviceRolePolicies, type ServiceRoleReport } from "@offramp/supabase-shim";
 *
 * const report: ServiceRoleReport = await serviceRolePolicies(connect());
 * for (const table of report.restricted) console.log(`${table} has restrictive policies, for service_role too`);
 * ```
 */
export interface ServiceRoleReport {
  /** The role has BYPASSRLS and needs no policies, so none were made. */
  readonly bypassesRowSecurity: boolean;
  /** Tables that got a policy now. */
  readonly created: readonly string[];
  /** Tables that have it from an earlier run. */
  readonly present: readonly string[];
  /** Tables with restrictive policies that hold for the role too, so it may still miss rows there. */
  readonly restricted: readonly string[];
}

/**
 * Lets `service_role` pass row level security where it could not be given BYPASSRLS (RDS): every table with row level
 * security gets a permissive policy `offramp_service_role` for it, `using (true) with check (true)`. Run it again when
 * tables were added; what is there stays. Needs the rights of the tables' owner.
 *
 * @param schemas Default `public` alone.
 * @throws {ServerError} the role does not exist, or a table belongs to another role.
 *
 * @example
 * ```ts
 * import { connect } from "@offramp/db";
 * import { serviceRolePolicies } from "@offramp/supabase-shim";
 *
 * const db = connect();
 * const { bypassesRowSecurity, created } = await serviceRolePolicies(db, ["public", "billing"]);
 * console.log(bypassesRowSecurity ? "no policies needed" : `policies made on ${created.join(", ")}`);
 * await db.close();
 * ```
 */
export async function serviceRolePolicies(
  db: Queryable,
  schemas: readonly string[] = ["public"],
): Promise<ServiceRoleReport> {
  const [role] = await db.query({
    text: "select rolsuper or rolbypassrls as bypasses from pg_catalog.pg_roles where oid = 'service_role'::regrole",
  });
  const bypassesRowSecurity = role?.["bypasses"] === "t";
  const created: string[] = [];
  const present: string[] = [];
  const restricted: string[] = [];
  if (bypassesRowSecurity) return { bypassesRowSecurity, created, present, restricted };
  const tables = await db.query({ text: TABLES_SQL, values: [JSON.stringify(schemas), POLICY] });
  for (const { schema, name, has_policy, is_restricted } of tables) {
    const table = `${schema}.${name}`;
    if (is_restricted === "t") restricted.push(table);
    if (has_policy === "t") {
      present.push(table);
      continue;
    }
    await db.query({
      text: `create policy ${POLICY} on ${quoteIdentifier(schema ?? "")}.${quoteIdentifier(name ?? "")} for all to service_role using (true) with check (true)`,
    });
    created.push(table);
  }
  return { bypassesRowSecurity, created, present, restricted };
}

/** Tables with row level security, and which of their policies concern the role. `polroles` holds 0 for everyone. */
const TABLES_SQL = `
select n.nspname as schema, c.relname as name,
  exists (select from pg_catalog.pg_policy p where p.polrelid = c.oid and p.polname = $2) as has_policy,
  exists (
    select from pg_catalog.pg_policy p
    where p.polrelid = c.oid and not p.polpermissive
      and (0 = any (p.polroles) or 'service_role'::regrole = any (p.polroles))
  ) as is_restricted
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and c.relrowsecurity
  and n.nspname in (select json_array_elements_text($1::text::json))
order by 1, 2`;
