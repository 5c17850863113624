import { type Database, type Queryable, ServerError } from "@offramp/db";

import { type TableName, tableText } from "../tables/table-name.ts";

/** Something that was taken off a table while it is loaded. */
export interface Deferred {
  readonly id: string;
  readonly table: string;
  readonly phase: number;
  readonly what: string;
}

/**
 * What slows loading or refuses rows that are not all there yet: secondary indexes, foreign keys, triggers, and forced
 * row level security. Unique keys stay: they find a doubled row at the row. What the SQL could not restore exactly
 * (indexes of partitioned tables, which name their parts; those that are clustered on, that replication uses, that
 * have statistics of their own, or that a constraint stands on) stays too.
 */
const DEFERRABLE = `
with loaded as (
  select c.oid, c.relkind, c.relforcerowsecurity, n.nspname, c.relname
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  join json_to_recordset($1) as t(schema text, "table" text) on t.schema = n.nspname and t."table" = c.relname
)
select l.nspname as schema, l.relname as table, 1 as phase, 'index ' || ic.relname as what,
  format('drop index %s', i.indexrelid::regclass) as drop_sql,
  pg_get_indexdef(i.indexrelid)
    || coalesce(format('; comment on index %I.%I is %L', l.nspname, ic.relname, obj_description(i.indexrelid, 'pg_class')), '') as sql
from loaded l
join pg_index i on i.indrelid = l.oid
join pg_class ic on ic.oid = i.indexrelid
where l.relkind = 'r' and not i.indisunique and i.indisvalid and not i.indisclustered and not i.indisreplident
  and not exists (select 1 from pg_constraint k where k.conindid = i.indexrelid)
  and not exists (select 1 from pg_inherits h where h.inhrelid = i.indexrelid)
  and not exists (select 1 from pg_attribute a where a.attrelid = i.indexrelid and a.attstattarget > 0)
  and not exists (select 1 from pg_depend d where d.objid = i.indexrelid and d.classid = 'pg_class'::regclass and d.deptype in ('e', 'x'))
union all
select l.nspname, l.relname, 2, 'foreign key ' || k.conname,
  format('alter table %s drop constraint %I', l.oid::regclass, k.conname),
  format('alter table %s add constraint %I %s', l.oid::regclass, k.conname, pg_get_constraintdef(k.oid))
    || coalesce(format('; comment on constraint %I on %s is %L', k.conname, l.oid::regclass, obj_description(k.oid, 'pg_constraint')), '')
from loaded l join pg_constraint k on k.conrelid = l.oid
where k.contype = 'f' and k.conparentid = 0
union all
select l.nspname, l.relname, 3, 'trigger ' || g.tgname,
  format('alter table %s disable trigger %I', l.oid::regclass, g.tgname),
  format('alter table %s enable %s trigger %I', l.oid::regclass,
    case g.tgenabled when 'A' then 'always' when 'R' then 'replica' else '' end, g.tgname)
from loaded l join pg_trigger g on g.tgrelid = l.oid
where not g.tgisinternal and g.tgenabled <> 'D' and g.tgparentid = 0
union all
select l.nspname, l.relname, 4, 'forced row level security',
  format('alter table %s no force row level security', l.oid::regclass),
  format('alter table %s force row level security', l.oid::regclass)
from loaded l where l.relforcerowsecurity
order by 1, 2, 3`;

/**
 * Takes off what is deferred, and writes down how it is put back, in the current transaction.
 *
 * @throws {ServerError} the role does not own a table.
 */
export async function defer(transaction: Queryable, tables: readonly TableName[]): Promise<void> {
  await transaction.query({ text: "set local search_path = ''" });
  const rows = await transaction.query({ text: DEFERRABLE, values: [JSON.stringify(tables)] });
  for (const row of rows) {
    await transaction.query({
      text: "insert into offramp.copy_deferred (target_schema, target_table, phase, what, sql) values ($1, $2, $3::int, $4, $5)",
      values: [
        row["schema"] ?? "",
        row["table"] ?? "",
        row["phase"] ?? "",
        row["what"] ?? "",
        row["sql"] ?? "",
      ],
    });
    await transaction.query({ text: row["drop_sql"] ?? "", script: true });
  }
}

/** What is still to be put back, in its order. */
export async function readDeferred(target: Queryable): Promise<Deferred[]> {
  const rows = await target.query({ text: "select * from offramp.copy_deferred order by phase, id" });
  return rows.map((row) => ({
    id: row["id"] ?? "",
    table: tableText({ schema: row["target_schema"] ?? "", table: row["target_table"] ?? "" }),
    phase: Number(row["phase"]),
    what: row["what"] ?? "",
  }));
}

const DEADLOCK = "40P01";
const ATTEMPTS = 5;

/**
 * Puts one thing back, and forgets it in the same transaction.
 *
 * @throws {ServerError} it cannot be put back: rows that do not keep a foreign key, say.
 */
export async function restore(target: Database, { id }: Deferred): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await target.transaction(async (transaction) => {
        await transaction.query({ text: "set local statement_timeout = 0" });
        const [row] = await transaction.query({
          text: "delete from offramp.copy_deferred where id = $1::bigint returning sql",
          values: [id],
        });
        if (row !== undefined) await transaction.query({ text: row["sql"] ?? "", script: true });
      });
      return;
    } catch (error) {
      // Foreign keys that are made beside each other lock the same tables in their own orders.
      if (!(error instanceof ServerError && error.code === DEADLOCK) || attempt === ATTEMPTS) throw error;
    }
  }
}
