import { EXPOSED_NAMESPACES } from "./exposed-sql.ts";

/**
 * Functions of the exposed schemas that return a domain which is named like a media type: aggregates over the rows of a
 * relation or of any, and functions of their own. A `bytea` domain named like any type is of bytes.
 */
export const MEDIA_HANDLERS_SQL: string = `
with media as (
  select t.oid, lower(t.typname) as media_type, b.oid = 'bytea'::regtype as bytes,
    case t.typname when '*/*' then 'application/octet-stream' else t.typname end as content_type
  from pg_catalog.pg_type t
  join pg_catalog.pg_type b on b.oid = t.typbasetype
  where t.typname ~ '^[A-Za-z0-9.-]+/[A-Za-z0-9.+-]+$' or t.typname = '*/*'
), handlers as (
  select pn.nspname as schema, p.proname as name, p.prokind, p.prorettype,
    a.typname as argument, an.nspname as argument_schema
  from pg_catalog.pg_proc p
  join pg_catalog.pg_namespace pn on pn.oid = p.pronamespace
  left join pg_catalog.pg_type a on a.oid = p.proargtypes[0]
  left join pg_catalog.pg_namespace an on an.oid = a.typnamespace
  left join pg_catalog.pg_class ac on ac.oid = a.typrelid
  where p.pronamespace = any (${EXPOSED_NAMESPACES})
    and (
      (p.prokind = 'a' and p.pronargs = 1 and (a.typname = 'anyelement' or ac.relkind in ('r', 'v', 'm', 'f', 'p')))
      or (p.prokind = 'f' and not p.proretset)
    )
)
select coalesce(json_agg(json_strip_nulls(json_build_object(
  'target', case
    when h.prokind = 'f' then json_build_object('schema', h.schema, 'name', h.name)
    when h.argument <> 'anyelement' then json_build_object('schema', h.argument_schema, 'name', h.argument)
  end,
  'mediaType', m.media_type, 'contentType', m.content_type, 'bytes', m.bytes,
  'aggregate', case when h.prokind = 'a' then json_build_object('schema', h.schema, 'name', h.name) end
)) order by h.schema, h.name, h.argument), '[]')::text as json
from handlers h
join media m on m.oid = h.prorettype`;
