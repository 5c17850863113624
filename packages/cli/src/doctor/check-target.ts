import { auditMigrations } from "@offramp/audit";
import { type Database, migrate, type MigrationSource } from "@offramp/db";
import { supabaseCompat } from "@offramp/supabase-shim";

import type { DoctorCheck } from "./doctor-check.ts";
import { type DoctorPoint, later, point } from "./point.ts";

/** What the target must have for an application and its trail. */
export const checkTarget: readonly DoctorCheck[] = [
  { name: "compat", run: compat },
  { name: "roles", run: roles },
  { name: "service_role", run: serviceRole },
  { name: "audit", run: audit },
];

const ROLES = ["anon", "authenticated", "service_role"];

async function compat(db: Database): Promise<readonly DoctorPoint[]> {
  return [
    await applied(db, {
      name: "compat",
      what: "Supabase's roles and auth functions",
      source: supabaseCompat(),
    }),
  ];
}

async function applied(
  db: Database,
  { name, what, source }: { readonly name: string; readonly what: string; readonly source: MigrationSource },
): Promise<DoctorPoint> {
  const { pending, alreadyApplied } = await migrate(db, [source], { dryRun: true });
  return later(name, pending.length === 0, {
    found:
      pending.length === 0
        ? `${what}: ${alreadyApplied} migrations, all applied`
        : `${what}: ${pending.length} of ${pending.length + alreadyApplied} migrations are not applied`,
    remedy: `offramp migrate brings ${what}.`,
  });
}

async function roles(db: Database): Promise<readonly DoctorPoint[]> {
  const rows = await db.query({
    text: `select name, r.oid is not null as there,
      case when r.oid is null then false else pg_catalog.pg_has_role(session_user, r.oid,
        case when current_setting('server_version_num')::int >= 160000 then 'SET' else 'MEMBER' end) end as mine
      from json_array_elements_text($1::text::json) as name left join pg_catalog.pg_roles r on r.rolname = name`,
    values: [JSON.stringify(ROLES)],
  });
  const missing = rows.filter(({ there }) => there !== "t").map(({ name }) => name);
  const closed = rows.filter(({ there, mine }) => there === "t" && mine !== "t").map(({ name }) => name);
  const found = [
    ...(missing.length > 0 ? [`missing: ${missing.join(", ")}`] : []),
    ...(closed.length > 0 ? [`this connection may not become ${closed.join(", ")}`] : []),
  ];
  const names = [...missing, ...closed].join(", ");
  return [
    (missing.length > 0 ? later : point)("roles", found.length === 0, {
      found:
        found.length === 0
          ? `${ROLES.join(", ")} are there, and this connection may become them`
          : found.join("; "),
      remedy:
        missing.length > 0
          ? "offramp schema --apply brings them with the schema, offramp migrate alone."
          : `As a superuser or the owner of the roles: GRANT ${names} TO the role of this connection`,
    }),
  ];
}

/** On RDS nobody can give BYPASSRLS: then each table with policies needs one for the role. */
async function serviceRole(db: Database): Promise<readonly DoctorPoint[]> {
  const [row] = await db.query({
    text: `select r.rolsuper or r.rolbypassrls as passes, (
        select count(*) from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p') and c.relrowsecurity and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
          and not exists (select from pg_catalog.pg_policy p
            where p.polrelid = c.oid and p.polpermissive and r.oid = any (p.polroles))
      )::text as closed
      from pg_catalog.pg_roles r where r.rolname = 'service_role'`,
  });
  if (row === undefined)
    return [
      {
        name: "service_role sees every row",
        verdict: "failed",
        found: "there is no such role",
        comesLater: true,
        remedy: "offramp schema --apply brings it with the schema, offramp migrate alone.",
      },
    ];
  const closed = Number(row["closed"]);
  return [
    point("service_role sees every row", row["passes"] === "t" || closed === 0, {
      found:
        row["passes"] === "t"
          ? "it has BYPASSRLS"
          : closed === 0
            ? "it has a policy wherever it needs one"
            : `it has neither BYPASSRLS nor a policy on ${closed} tables, which look empty to it`,
      remedy:
        "ALTER ROLE service_role BYPASSRLS as a superuser; on RDS call serviceRolePolicies(db) of @offramp/supabase-shim.",
    }),
  ];
}

async function audit(db: Database): Promise<readonly DoctorPoint[]> {
  const installed = await applied(db, { name: "audit", what: "the audit trail", source: auditMigrations() });
  if (installed.verdict !== "passed") return [installed];
  const [row] = await db.query({
    text: `select session_user::text as role, pg_catalog.pg_has_role(session_user, 'offramp_audit_writer', 'USAGE') as writes,
      exists (select from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'audit.phi_access_log'::regclass
          and pg_catalog.pg_get_expr(c.relpartbound, c.oid) like '%' || to_char(date_trunc('month', now()), 'YYYY-MM') || '%') as month`,
  });
  return [
    installed,
    point("audit writer", row?.["writes"] === "t", {
      found: `${row?.["role"]} ${row?.["writes"] === "t" ? "may" : "may not"} append to the trail`,
      remedy: `await grantAuditWriter(db, "${row?.["role"]}") of @offramp/audit, or GRANT offramp_audit_writer TO it; calls that touch PHI are refused until then.`,
    }),
    point("audit partition", row?.["month"] === "t", {
      found:
        row?.["month"] === "t"
          ? "there is a partition for this month"
          : "there is no partition for this month",
      remedy:
        "offramp audit seal makes them; run it every few minutes. select audit.ensure_partitions(3) makes them now.",
    }),
  ];
}
