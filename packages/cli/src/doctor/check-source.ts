import type { Database, Row } from "@offramp/db";

import type { DoctorCheck } from "./doctor-check.ts";
import { type DoctorPoint, point } from "./point.ts";

/** What the source must be for every row to be seen and followed. */
export const checkSource: readonly DoctorCheck[] = [
  { name: "row security", run: rowSecurity },
  { name: "replication", run: replication },
];

/** A role that policies hold for copies a part of the rows without a word. */
async function rowSecurity(db: Database): Promise<readonly DoctorPoint[]> {
  const row = await only(db, {
    text: `select r.rolsuper or r.rolbypassrls as passes, r.rolname as role,
      (select count(*) from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'p') and c.relrowsecurity and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
         and (c.relforcerowsecurity or not pg_catalog.pg_has_role(c.relowner, 'USAGE'))) as hidden
      from pg_catalog.pg_roles r where r.rolname = current_user`,
  });
  const hidden = Number(row["hidden"]);
  return [
    point("sees every row", row["passes"] === "t" || hidden === 0, {
      found:
        row["passes"] === "t"
          ? `${row["role"]} passes row level security`
          : `${row["role"]} does not have BYPASSRLS; row level security may hide rows of ${hidden} tables from it`,
      remedy:
        "Connect as a role with BYPASSRLS: on Supabase postgres has it (alter role postgres bypassrls, in the SQL editor, where it lacks it).",
    }),
  ];
}

async function replication(db: Database): Promise<readonly DoctorPoint[]> {
  const row = await only(db, {
    text: `select current_setting('wal_level') as level, r.rolsuper or r.rolreplication as may,
      (select count(*) from pg_catalog.pg_replication_slots)::text as used, current_setting('max_replication_slots') as most
      from pg_catalog.pg_roles r where r.rolname = current_user`,
  });
  const free = Number(row["most"]) - Number(row["used"]);
  const good = row["level"] === "logical" && row["may"] === "t" && free > 0;
  return [
    point("can be followed", good, {
      found: `wal_level ${row["level"]}, ${row["may"] === "t" ? "may" : "may not"} replicate, ${free} replication slots free`,
      remedy:
        "offramp follow falls back to updated_at columns, which misses deletes. For a slot: wal_level = logical (on Supabase it is), alter role … replication, and a free slot (select pg_drop_replication_slot('…') for one that nobody uses).",
    }),
  ];
}

async function only(db: Database, statement: { readonly text: string }): Promise<Row> {
  const [row] = await db.query(statement);
  if (row === undefined) throw new Error("The catalog has no row for the connection's own role.");
  return row;
}
