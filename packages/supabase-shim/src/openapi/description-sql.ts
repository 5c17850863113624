/** Whether the current role may use a relation at all: `$2` says whether that matters. */
const USABLE_RELATION = `(
  $2::text = 'false'
  or pg_catalog.pg_has_role(c.relowner, 'usage')
  or pg_catalog.has_table_privilege(c.oid, 'select, insert, update, delete, truncate, references, trigger')
  or pg_catalog.has_any_column_privilege(c.oid, 'select, insert, update, references')
)`;

/** A column's type without modifiers; a domain over a type of PostgreSQL's own is shown as that. */
const COLUMN_TYPE = `case
  when t.typtype = 'd' then
    case when bn.nspname = 'pg_catalog' then pg_catalog.format_type(t.typbasetype, null)
      else pg_catalog.format_type(a.atttypid, a.atttypmod) end
  when tn.nspname = 'pg_catalog' then pg_catalog.format_type(a.atttypid, null)
  else pg_catalog.format_type(a.atttypid, a.atttypmod)
end`;

/**
 * A schema with its comments, as one JSON: `$1` names it, and `$2` is `true` where only what the current role may use
 * counts. PostgreSQL prints types and defaults by the search path; without one, every name is whole.
 */
export const DESCRIPTION_SQL: string = `
with no_path as materialized (select pg_catalog.set_config('search_path', '', true))
select json_strip_nulls(json_build_object(
  'comment', (select pg_catalog.obj_description(s.oid, 'pg_namespace') from pg_catalog.pg_namespace s where s.nspname = $1),
  'relations', (
    select coalesce(json_agg(json_build_object(
      'name', c.relname,
      'comment', pg_catalog.obj_description(c.oid, 'pg_class'),
      'writable', c.relkind in ('r', 'p')
        or (c.relkind in ('v', 'f') and pg_catalog.pg_relation_is_updatable(c.oid, true) & 28 <> 0),
      'ownKeys', (
        select coalesce(json_agg(con.conname), '[]') from pg_catalog.pg_constraint con
        where con.conrelid = c.oid and con.contype = 'f'
      ),
      'columns', (
        select coalesce(json_agg(json_build_object(
          'name', a.attname,
          'comment', pg_catalog.col_description(a.attrelid, a.attnum),
          'type', ${COLUMN_TYPE},
          'nullable', not (a.attnotnull or t.typtype = 'd' and t.typnotnull),
          'defaultExpression', case
            when a.attidentity <> '' then 'nextval(identity)'
            when a.attgenerated <> '' then null
            else coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid), t.typdefault)
          end,
          'maxLength', information_schema._pg_char_max_length(
            information_schema._pg_truetypid(a.*, t.*), information_schema._pg_truetypmod(a.*, t.*)
          ),
          'values', (
            select json_agg(e.enumlabel order by e.enumsortorder) from pg_catalog.pg_enum e
            where e.enumtypid = coalesce(nullif(t.typbasetype, 0), t.oid)
          )
        ) order by a.attnum), '[]')
        from pg_catalog.pg_attribute a
        join pg_catalog.pg_type t on t.oid = a.atttypid
        join pg_catalog.pg_namespace tn on tn.oid = t.typnamespace
        left join pg_catalog.pg_type b on b.oid = t.typbasetype
        left join pg_catalog.pg_namespace bn on bn.oid = b.typnamespace
        left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      )
    ) order by c.relname), '[]')
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname = $1 and c.relkind in ('r', 'v', 'm', 'f', 'p') and not c.relispartition and ${USABLE_RELATION}
  ),
  'routines', (
    select coalesce(json_agg(json_build_object(
      'name', p.proname,
      'comment', pg_catalog.obj_description(p.oid, 'pg_proc'),
      'readOnly', p.provolatile <> 'v',
      'parameters', coalesce(i.parameters, '[]')
    ) order by p.proname, p.oid), '[]')
    from pg_catalog.pg_proc p
    join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    cross join lateral (
      select
        json_agg(json_build_object(
          'name', coalesce(a.name, ''),
          'type', pg_catalog.format_type(a.type, null),
          'required', a.position <= p.pronargs - p.pronargdefaults,
          'variadic', coalesce(a.mode = 'v', false)
        ) order by a.position) as parameters,
        count(*) filter (where coalesce(a.name, '') = '') as unnamed,
        bool_and(a.type in ('bytea'::regtype, 'json'::regtype, 'jsonb'::regtype, 'text'::regtype, 'xml'::regtype)) as takes_body,
        count(*) as total
      from (
        select given.name, given.type, given.mode, row_number() over (order by given.position) as position
        from unnest(p.proargnames, coalesce(p.proallargtypes, p.proargtypes::oid[]), p.proargmodes)
          with ordinality as given(name, type, mode, position)
        where given.type is not null and (given.mode is null or given.mode in ('i', 'b', 'v'))
      ) a
    ) i
    where n.nspname = $1 and p.prokind = 'f'
      and p.prorettype <> 'trigger'::regtype and p.prorettype <> 'event_trigger'::regtype
      and (i.unnamed = 0 or (i.unnamed = 1 and i.total = 1 and i.takes_body))
      and ($2::text = 'false' or pg_catalog.has_function_privilege(p.oid, 'execute'))
  )
))::text as json
from no_path`;
