import type { Queryable } from "@offramp/db";

import type { TableName } from "../tables/table-name.ts";

/** A column as the catalog has it. */
export interface ColumnFacts {
  readonly name: string;
  /** With its schema where it is not PostgreSQL's own. */
  readonly type: string;
  readonly notNull: boolean;
  readonly hasDefault: boolean;
  /** PostgreSQL makes its values. */
  readonly generated: boolean;
}

/** A table that holds rows, or a partitioned one with those that hold them for it. */
export interface TableFacts extends TableName {
  readonly columns: readonly ColumnFacts[];
  /** The columns of the primary key, or of another unique key that is never null; empty where there is none. */
  readonly key: readonly string[];
  /** The table itself, or the leaves of its partitions. */
  readonly leaves: readonly LeafFacts[];
  readonly partitioned: boolean;
  readonly owner: string;
  readonly readable: boolean;
  /** A policy would hide rows from the current role. */
  readonly hidesRows: boolean;
  readonly forcesRowSecurity: boolean;
}

/** A relation that holds rows. */
export interface LeafFacts extends TableName {
  readonly bytes: number;
  /** PostgreSQL's estimate; -1 where it has none. */
  readonly rows: number;
}

const TEXT = `
select n.nspname as schema, c.relname as table, pg_get_userbyid(c.relowner) as owner, c.relkind = 'p' as partitioned,
  has_table_privilege(c.oid, 'select') and has_schema_privilege(n.oid, 'usage') as readable,
  row_security_active(c.oid) as hides, c.relforcerowsecurity as forces,
  (
    select coalesce(json_agg(json_build_object(
      'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'notNull', a.attnotnull,
      'hasDefault', a.atthasdef or a.attidentity <> '', 'generated', a.attgenerated <> ''
    ) order by a.attnum), '[]')
    from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  ) as columns,
  (
    select coalesce((
      select json_agg(a.attname order by k.place)
      from unnest(i.indkey::int2[]) with ordinality as k(attnum, place)
      join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
      where k.place <= i.indnkeyatts
    ), '[]')
    from pg_index i
    where i.indrelid = c.oid and i.indisunique and i.indisvalid and i.indimmediate
      and i.indpred is null and i.indexprs is null
      and not exists (
        select 1 from unnest((i.indkey::int2[])[0:i.indnkeyatts - 1]) as k(attnum)
        join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum where not a.attnotnull
      )
    order by i.indisprimary desc, i.indnkeyatts, i.indexrelid limit 1
  ) as key,
  (
    select json_agg(json_build_object(
      'schema', ln.nspname, 'table', l.relname, 'rows', l.reltuples, 'bytes', pg_relation_size(l.oid)
    ) order by l.oid)
    from pg_class l join pg_namespace ln on ln.oid = l.relnamespace
    where case when c.relkind = 'p'
      then l.oid in (select t.relid from pg_partition_tree(c.oid) t where t.isleaf) and l.relkind <> 'p'
      else l.oid = c.oid end
  ) as leaves
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence <> 't'
  and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'offramp', 'audit')
  and not exists (
    select 1 from pg_depend d
    where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
  )
order by n.nspname, c.relname`;

/**
 * The tables of a database that are somebody's own: not PostgreSQL's, an extension's, or Offramp's.
 *
 * @param db in a transaction whose search_path is empty, so that types have their schema.
 */
export async function readTables(db: Queryable): Promise<TableFacts[]> {
  return (await db.query({ text: TEXT })).map((row) => ({
    schema: row["schema"] ?? "",
    table: row["table"] ?? "",
    partitioned: row["partitioned"] === "t",
    owner: row["owner"] ?? "",
    readable: row["readable"] === "t",
    hidesRows: row["hides"] === "t",
    forcesRowSecurity: row["forces"] === "t",
    columns: JSON.parse(row["columns"] ?? "[]") as ColumnFacts[],
    key: JSON.parse(row["key"] ?? "[]") as string[],
    leaves: JSON.parse(row["leaves"] ?? "[]") as LeafFacts[],
  }));
}
