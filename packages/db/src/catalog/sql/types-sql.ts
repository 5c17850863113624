import { ofExtension, otherOwner } from "./fragments.ts";

/** Enums, domains, composite and range types. */
export const typesSql = `
select case t.typtype when 'e' then 'enum' when 'd' then 'domain' when 'c' then 'composite type' else 'range type' end as kind,
  n.nspname as schema, null as parent, t.typname as name, null as on_kind, null as column_name,
  (case t.typtype
    when 'e' then jsonb_build_object('labels', (
      select jsonb_agg(e.enumlabel order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid))
    when 'd' then jsonb_build_object(
      'type', format_type(t.typbasetype, t.typtypmod),
      'nullable', not t.typnotnull,
      'default', t.typdefault,
      'collation', (
        select format('%I.%I', cn.nspname, c.collname) from pg_collation c join pg_namespace cn on cn.oid = c.collnamespace
        join pg_type b on b.oid = t.typbasetype where c.oid = t.typcollation and t.typcollation <> b.typcollation))
    when 'c' then jsonb_build_object('attributes', (
      select jsonb_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)) order by a.attnum)
      from pg_attribute a where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped))
    else (select jsonb_build_object('subtype', format_type(r.rngsubtype, null)) from pg_range r where r.rngtypid = t.oid)
  end) || jsonb_build_object(
    'owner', ${otherOwner("t.typowner")},
    'comment', obj_description(t.oid, 'pg_type')
  ) as properties, null as definition
from pg_type t join pg_namespace n on n.oid = t.typnamespace
left join pg_class c on c.oid = t.typrelid
where n.nspname = any($1) and t.typtype in ('e', 'd', 'c', 'r') and (t.typtype <> 'c' or c.relkind = 'c')
  and not ${ofExtension("pg_type", "t.oid")}`;
