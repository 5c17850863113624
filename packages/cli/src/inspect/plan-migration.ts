import type { SchemaNote } from "../schema/adapt/adaptation.ts";
import { API_ROLES, isInternalRole } from "../supabase/managed-roles.ts";
import type { Inspection, MigrationPlan } from "./inspection.ts";

const NUMBER = new Intl.NumberFormat("en-US");

/** What becomes of everything that was found, and what has to be dealt with first. Pure. */
export function planMigration(found: Omit<Inspection, "plan">, notes: readonly SchemaNote[]): MigrationPlan {
  return {
    moved: moved(found),
    changed: notes.filter(({ what }) => what === "changed"),
    left: [...notes.filter(({ what }) => what === "left"), ...leftWithServices(found)],
    obstacles: obstacles(found),
  };
}

function moved({ tables, objects, policies, sequences, roles }: Omit<Inspection, "plan">): readonly string[] {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const own = roles.filter(({ name }) => !isInternalRole(name) && !API_ROLES.includes(name));
  const kinds = Object.entries(objects)
    .filter(([kind]) => !["table", "column", "grant", "policy", "sequence", "schema"].includes(kind))
    .map(([kind, count]) => counted(count, kind));
  return [
    `${tables.length} tables with about ${NUMBER.format(rows)} rows: offramp schema, offramp copy, offramp follow`,
    ...(kinds.length === 0 ? [] : [`${kinds.join(", ")}: offramp schema`]),
    `${policies.length} policies and the rights of anon, authenticated and service_role, with auth.uid() and its like: offramp schema`,
    `${sequences.length} sequences, set behind what they have given: offramp copy, offramp cutover`,
    ...(own.length === 0 ? [] : [`Roles without passwords: ${own.map(({ name }) => name).join(", ")}`]),
  ];
}

function leftWithServices(found: Omit<Inspection, "plan">): readonly SchemaNote[] {
  const { users, storedObjects, buckets, secrets, scheduledJobs } = found.services;
  const left = (label: string, reason: string): SchemaNote => ({ what: "left", label, reason });
  return [
    ...(users
      ? [
          left(
            `${counted(users, "account")} with their passwords`,
            "Signing in stays with Supabase, or moves to Cognito or the like; auth.users goes along as a slim table.",
          ),
        ]
      : []),
    ...(buckets
      ? [
          left(
            `${counted(buckets, "bucket")} with ${counted(storedObjects ?? 0, "file")}`,
            "Copy them to S3 (rclone, aws s3 sync): offramp scan shows the calls.",
          ),
        ]
      : []),
    ...(secrets
      ? [left(`${counted(secrets, "secret")} in the vault`, "Put them into AWS Secrets Manager.")]
      : []),
    ...(scheduledJobs
      ? [
          left(
            counted(scheduledJobs, "scheduled job"),
            "Make them again with pg_cron of RDS, or EventBridge.",
          ),
        ]
      : []),
    ...found.publications
      .filter(({ name }) => name !== "offramp")
      .map(({ name, tables }) =>
        left(
          `publication ${name} of ${counted(tables.length, "table")}`,
          "It feeds Supabase's realtime: use LISTEN and NOTIFY, or polling.",
        ),
      ),
  ];
}

function obstacles({ server, host, tables, extensions }: Omit<Inspection, "plan">): readonly string[] {
  const hidden = tables.filter(({ hidesRows }) => hidesRows).map(({ schema, name }) => `${schema}.${name}`);
  const unreadable = tables
    .filter(({ readable }) => !readable)
    .map(({ schema, name }) => `${schema}.${name}`);
  const missing = extensions.filter(({ onTarget }) => !onTarget);
  return [
    ...(hidden.length === 0
      ? []
      : [
          `Row level security hides rows of ${list(hidden)} from "${server.role}", and a copy would silently lose them. Use a role with BYPASSRLS (Supabase's postgres has it) or the tables' owner.`,
        ]),
    ...(unreadable.length === 0
      ? []
      : [`"${server.role}" may not read ${list(unreadable)}. Use Supabase's postgres, or grant it select.`]),
    ...(host.ipv6 && !host.ipv4
      ? [
          `${host.host} has an IPv6 address only, which many networks cannot reach (ECS tasks, CI). Use the project's pooler in session mode: postgres.<project>@aws-0-<region>.pooler.supabase.com:5432, or buy the IPv4 add-on.`,
        ]
      : []),
    ...(host.pooler === "transaction"
      ? [
          "Port 6543 is the pooler in transaction mode: a copy needs one session for its snapshot. Use port 5432 of the same host.",
        ]
      : []),
    ...missing.map(({ name, wayOut }) =>
      `The extension ${name} is not on the target. ${wayOut ?? ""}`.trim(),
    ),
    ...(server.walLevel === "logical"
      ? []
      : [
          `wal_level is "${server.walLevel}": offramp follow needs logical, and falls back to updated_at otherwise.`,
        ]),
    ...(server.mayReplicate || server.walLevel !== "logical"
      ? []
      : [`"${server.role}" has no REPLICATION, which offramp follow needs; Supabase's postgres has it.`]),
    ...(server.encoding === "UTF8"
      ? []
      : [`The database is in ${server.encoding}: make the target with UTF8 and look at the copy.`]),
  ];
}

function list(names: readonly string[]): string {
  return names.length <= 5
    ? names.join(", ")
    : `${names.slice(0, 5).join(", ")} and ${names.length - 5} more`;
}

/** `1 bucket`, `30 accounts` */
function counted(count: number, what: string): string {
  return `${NUMBER.format(count)} ${count === 1 ? what : plural(what)}`;
}

function plural(kind: string): string {
  return kind.endsWith("x") ? `${kind}es` : kind.endsWith("s") ? kind : `${kind}s`;
}
