import { ofExtension, otherOwner } from "./fragments.ts";

/** Tables (plain, partitioned, foreign, partitions) and sequences that are no part of an identity column. */
export const tablesSql = `
select 'table' as kind, n.nspname as schema, null as parent, c.relname as name, null as on_kind, null as column_name,
  jsonb_build_object(
    'persistence', case c.relpersistence when 'u' then 'unlogged' else 'logged' end,
    'foreign', c.relkind = 'f',
    'partition key', pg_get_partkeydef(c.oid),
    'partition of', case when c.relispartition then (
      select format('%I.%I', pn.nspname, p.relname) from pg_inherits i
      join pg_class p on p.oid = i.inhparent join pg_namespace pn on pn.oid = p.relnamespace where i.inhrelid = c.oid) end,
    'partition bound', pg_get_expr(c.relpartbound, c.oid),
    'inherits', (
      select jsonb_agg(format('%I.%I', pn.nspname, p.relname) order by i.inhseqno) from pg_inherits i
      join pg_class p on p.oid = i.inhparent join pg_namespace pn on pn.oid = p.relnamespace
      where i.inhrelid = c.oid and not c.relispartition),
    'row level security', c.relrowsecurity,
    'forced row level security', c.relforcerowsecurity,
    'replica identity', case c.relreplident when 'd' then 'default' when 'n' then 'nothing' when 'f' then 'full' else 'index' end,
    'storage parameters', (select jsonb_agg(o order by o) from unnest(c.reloptions) o),
    'owner', ${otherOwner("c.relowner")},
    'comment', obj_description(c.oid, 'pg_class')
  ) as properties, null as definition
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = any($1) and c.relkind in ('r', 'p', 'f') and not ${ofExtension("pg_class", "c.oid")}
union all
select 'sequence', n.nspname, null, c.relname, null, null,
  jsonb_build_object(
    'type', format_type(s.seqtypid, null),
    'start', s.seqstart::text, 'increment', s.seqincrement::text, 'minimum', s.seqmin::text, 'maximum', s.seqmax::text,
    'cache', s.seqcache::text, 'cycle', s.seqcycle,
    'owned by', (
      select format('%I.%I.%I', tn.nspname, t.relname, a.attname) from pg_depend d
      join pg_class t on t.oid = d.refobjid join pg_namespace tn on tn.oid = t.relnamespace
      join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
      where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.refclassid = 'pg_class'::regclass and d.deptype = 'a'),
    'owner', ${otherOwner("c.relowner")},
    'comment', obj_description(c.oid, 'pg_class')
  ), null
from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_sequence s on s.seqrelid = c.oid
where n.nspname = any($1) and not ${ofExtension("pg_class", "c.oid")}
  and not exists (
    select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid
      and d.refclassid = 'pg_class'::regclass and d.deptype = 'i')`;

/** Columns of tables that are no partitions: those have their parent's. */
export const columnsSql = `
select 'column' as kind, n.nspname as schema, c.relname as parent, a.attname as name, null as on_kind, null as column_name,
  jsonb_build_object(
    'position', a.attnum,
    'type', format_type(a.atttypid, a.atttypmod),
    'nullable', not a.attnotnull,
    'default', case when a.attgenerated = '' then pg_get_expr(d.adbin, d.adrelid) end,
    'generated', case when a.attgenerated <> '' then
      format('always as (%s) %s', pg_get_expr(d.adbin, d.adrelid), case a.attgenerated when 's' then 'stored' else 'virtual' end) end,
    'identity', case a.attidentity when 'a' then 'always' when 'd' then 'by default' end,
    'identity sequence', (
      select format('start with %s increment by %s minvalue %s maxvalue %s cache %s%s',
        s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, case when s.seqcycle then ' cycle' else ' no cycle' end)
      from pg_depend p join pg_sequence s on s.seqrelid = p.objid
      where p.classid = 'pg_class'::regclass and p.refclassid = 'pg_class'::regclass and p.refobjid = c.oid
        and p.refobjsubid = a.attnum and p.deptype = 'i'),
    'collation', (
      select format('%I.%I', cn.nspname, co.collname) from pg_collation co join pg_namespace cn on cn.oid = co.collnamespace
      join pg_type t on t.oid = a.atttypid where co.oid = a.attcollation and a.attcollation <> t.typcollation),
    'comment', col_description(c.oid, a.attnum)
  ) as properties, null as definition
from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where n.nspname = any($1) and c.relkind in ('r', 'p', 'f') and not c.relispartition
  and a.attnum > 0 and not a.attisdropped and a.attislocal and not ${ofExtension("pg_class", "c.oid")}`;
