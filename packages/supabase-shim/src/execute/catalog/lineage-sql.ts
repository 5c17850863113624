/** `[view's oid, schema, name, source's schema, name, column or null]`: what the rules of views depend on. */
export const VIEW_USES_SQL: string = `
select coalesce(json_agg(json_build_array(vn.nspname, v.relname, n.nspname, c.relname, a.attname)
  order by vn.nspname, v.relname, n.nspname, c.relname, a.attnum), '[]')::text as json
from pg_catalog.pg_depend d
join pg_catalog.pg_rewrite r on r.oid = d.objid and r.ev_type = '1'
join pg_catalog.pg_class v on v.oid = r.ev_class
join pg_catalog.pg_namespace vn on vn.oid = v.relnamespace
join pg_catalog.pg_class c on c.oid = d.refobjid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum = d.refobjsubid and d.refobjsubid > 0
where d.classid = 'pg_catalog.pg_rewrite'::regclass and d.refclassid = 'pg_catalog.pg_class'::regclass
  and v.oid <> c.oid and v.relkind in ('v', 'm') and v.oid >= 16384`;

/** `{table, parent}` for partitions and inheriting tables. */
export const CHILDREN_SQL: string = `
select coalesce(json_agg(json_build_object(
  'table', json_build_object('schema', n.nspname, 'name', c.relname),
  'parent', json_build_object('schema', pn.nspname, 'name', p.relname)
) order by n.nspname, c.relname, pn.nspname, p.relname), '[]')::text as json
from pg_catalog.pg_inherits i
join pg_catalog.pg_class c on c.oid = i.inhrelid and c.relkind in ('r', 'f', 'p')
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_class p on p.oid = i.inhparent
join pg_catalog.pg_namespace pn on pn.oid = p.relnamespace`;
