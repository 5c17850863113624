import { DOMAIN_BASES, EXPOSED_NAMESPACES } from "./exposed-sql.ts";

const EXPOSED_RELATIONS = `(
  select r.oid from pg_catalog.pg_class r
  where r.relkind in ('r', 'v', 'm', 'f', 'p') and r.relnamespace = any (${EXPOSED_NAMESPACES})
)`;

/** No trigger, no rule, no partition or child with its own, and no foreign key that carries a change on to another table. */
const PLAIN_WRITES = `(
  c.relkind = 'r' and not c.relhasrules and not c.relhassubclass
  and c.oid not in (select tgrelid from pg_catalog.pg_trigger where not tgisinternal)
  and c.oid not in (
    select confrelid from pg_catalog.pg_constraint
    where contype = 'f' and not (confdeltype in ('a', 'r') and confupdtype in ('a', 'r'))
  )
)`;

/**
 * `[oid, schema, name, isView, isPartition, plainWrites, [[number, name, type, modifier, notNull, default], …]]` for each relation of
 * the exposed schemas. Types are oids here: to print each of them for every column takes longer than all the rest.
 */
export const RELATIONS_SQL: string = `
select coalesce(json_agg(json_build_array(
  c.oid::text, n.nspname, c.relname, c.relkind in ('v', 'm'), c.relispartition, ${PLAIN_WRITES}, coalesce(a.columns, '[]')
) order by n.nspname, c.relname), '[]')::text as json
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join (
  select a.attrelid, json_agg(json_build_array(
    a.attnum, a.attname, a.atttypid::text, a.atttypmod, a.attnotnull or t.typnotnull,
    case
      when a.attidentity <> '' then (
        select pg_catalog.format('nextval(%L)', dep.objid::regclass) from pg_catalog.pg_depend dep
        where dep.classid = 'pg_catalog.pg_class'::regclass and dep.refclassid = 'pg_catalog.pg_class'::regclass
          and dep.refobjid = a.attrelid and dep.refobjsubid = a.attnum and dep.deptype = 'i'
        limit 1
      )
      when a.attgenerated <> '' then null
      when d.adbin is null then pg_catalog.pg_get_expr(t.typdefaultbin, 0)
      else pg_catalog.pg_get_expr(d.adbin, d.adrelid)
    end
  ) order by a.attnum) as columns
  from pg_catalog.pg_attribute a
  join pg_catalog.pg_type t on t.oid = a.atttypid
  left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where a.attnum > 0 and not a.attisdropped and a.attrelid in ${EXPOSED_RELATIONS}
  group by a.attrelid
) a on a.attrelid = c.oid
where c.relkind in ('r', 'v', 'm', 'f', 'p') and c.relnamespace = any (${EXPOSED_NAMESPACES})`;

/** `[oid, modifier, type, base type]` for each type that a column of the exposed schemas has. */
export const TYPES_SQL: string = `
with recursive ${DOMAIN_BASES}
select coalesce(json_agg(json_build_array(
  u.atttypid::text, u.atttypmod,
  pg_catalog.format_type(u.atttypid, u.atttypmod), pg_catalog.format_type(coalesce(b.base, u.atttypid), null)
)), '[]')::text as json
from (
  select distinct a.atttypid, a.atttypmod from pg_catalog.pg_attribute a
  where a.attnum > 0 and not a.attisdropped and a.attrelid in ${EXPOSED_RELATIONS}
) u
left join domain_bases b on b.oid = u.atttypid`;

/** `[oid, schema, name, [[number, name], …]]` for the relations whose oids are in the JSON array `$1`. */
export const NAMES_SQL: string = `
select coalesce(json_agg(json_build_array(
  c.oid::text, n.nspname, c.relname, (
    select coalesce(json_agg(json_build_array(a.attnum, a.attname)), '[]')
    from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  )
)), '[]')::text as json
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.oid = any (array(select value::oid from json_array_elements_text($1::text::json)))`;

/** `[kind, name, relation, foreign relation, column numbers, foreign column numbers]`; a partition's copy of its parent's constraint is left out. */
export const CONSTRAINTS_SQL: string = `
select coalesce(json_agg(json_build_array(
  con.contype, con.conname, con.conrelid::text, con.confrelid::text, con.conkey, con.confkey
)), '[]')::text as json
from pg_catalog.pg_constraint con
where con.contype in ('p', 'u', 'f') and con.conparentid = 0 and con.conrelid >= 16384`;

/** Each view with its rewrite rule. Views of every schema: one may stand between an exposed view and a table. */
export const VIEWS_SQL: string = `
select n.nspname as schema, c.relname as name, r.ev_action::text as rule
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_rewrite r on r.ev_class = c.oid and r.ev_type = '1'
where c.relkind in ('v', 'm') and n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%'
order by n.nspname, c.relname`;
