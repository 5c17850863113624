/**
 * The catalog queries. Each returns one row with one JSON text. They run under an empty search path, so that
 * `format_type`, `pg_get_expr` and `regclass` print every name qualified and quoted. `$1` is a JSON array of schemas.
 */

const EXPOSED = "select value::name from json_array_elements_text($1::text::json)";

/** Relations of the exposed schemas with their columns; the type below a domain is found by recursion. */
export const TABLES_SQL: string = `
with recursive base_types as (
  select t.oid, t.typbasetype, case when t.typbasetype = 0 then t.oid else t.typbasetype end as base
  from pg_catalog.pg_type t
  union all
  select b.oid, t.typbasetype, case when t.typbasetype = 0 then t.oid else t.typbasetype end
  from base_types b join pg_catalog.pg_type t on t.oid = b.base
  where b.typbasetype <> 0
), resolved as (
  select oid, base from base_types where typbasetype = 0
)
select coalesce(json_agg(json_build_object(
  'oid', c.oid::text, 'schema', n.nspname, 'name', c.relname, 'isView', c.relkind in ('v', 'm'),
  'primaryKey', '[]'::json,
  'columns', (
    select coalesce(json_agg(json_strip_nulls(json_build_object(
      'name', a.attname,
      'type', pg_catalog.format_type(a.atttypid, a.atttypmod),
      'baseType', pg_catalog.format_type(r.base, null),
      'nullable', not (a.attnotnull or t.typnotnull),
      'defaultExpression', case
        when a.attidentity <> '' then pg_catalog.format('nextval(%L)', s.seqrelid::regclass)
        when a.attgenerated <> '' then null
        else coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid), t.typdefault)
      end
    )) order by a.attnum), '[]')
    from pg_catalog.pg_attribute a
    join pg_catalog.pg_type t on t.oid = a.atttypid
    join resolved r on r.oid = a.atttypid
    left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    left join (
      pg_catalog.pg_depend dep
      join pg_catalog.pg_sequence s on s.seqrelid = dep.objid
    ) on dep.classid = 'pg_catalog.pg_class'::regclass and dep.refclassid = 'pg_catalog.pg_class'::regclass
      and dep.refobjid = a.attrelid and dep.refobjsubid = a.attnum and dep.deptype = 'i'
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  )
) order by n.nspname, c.relname), '[]')::text as json
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'v', 'm', 'f', 'p') and n.nspname in (${EXPOSED})`;

/** A constraint's columns in its own order. */
const KEY_COLUMNS = `(
  select json_agg(a.attname order by k.position)
  from unnest(con.conkey) with ordinality as k(attnum, position)
  join pg_catalog.pg_attribute a on a.attrelid = con.conrelid and a.attnum = k.attnum
)`;

export const PRIMARY_KEYS_SQL: string = `
select coalesce(json_agg(json_build_object(
  'table', json_build_object('schema', n.nspname, 'name', c.relname), 'columns', ${KEY_COLUMNS}
)), '[]')::text as json
from pg_catalog.pg_constraint con
join pg_catalog.pg_class c on c.oid = con.conrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where con.contype = 'p' and n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%'`;

/** Foreign keys of every schema, oldest first; those of partitions repeat their parent's and are left out. */
export const FOREIGN_KEYS_SQL: string = `
select coalesce(json_agg(json_build_object(
  'table', json_build_object('schema', n.nspname, 'name', c.relname),
  'foreignTable', json_build_object('schema', fn.nspname, 'name', fc.relname),
  'constraint', con.conname,
  'columns', (
    select json_agg(json_build_array(a.attname, fa.attname) order by k.position)
    from unnest(con.conkey, con.confkey) with ordinality as k(attnum, fattnum, position)
    join pg_catalog.pg_attribute a on a.attrelid = con.conrelid and a.attnum = k.attnum
    join pg_catalog.pg_attribute fa on fa.attrelid = con.confrelid and fa.attnum = k.fattnum
  ),
  'unique', exists (
    select from pg_catalog.pg_constraint key
    where key.conrelid = con.conrelid and key.contype in ('p', 'u')
      and key.conkey @> con.conkey and key.conkey <@ con.conkey
  )
) order by con.oid), '[]')::text as json
from pg_catalog.pg_constraint con
join pg_catalog.pg_class c on c.oid = con.conrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_class fc on fc.oid = con.confrelid
join pg_catalog.pg_namespace fn on fn.oid = fc.relnamespace
where con.contype = 'f' and con.conparentid = 0`;

/**
 * Each view's rewrite rule, whose target list says which base column a column is; with the names behind its
 * relation and column numbers. Views of every schema: one may stand between an exposed view and a table.
 */
export const VIEWS_SQL: string = `
select coalesce(json_agg(json_build_object(
  'view', json_build_object('schema', n.nspname, 'name', c.relname), 'rule', r.ev_action::text
)), '[]')::text as json
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_rewrite r on r.ev_class = c.oid and r.ev_type = '1'
where c.relkind in ('v', 'm') and n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%'`;

/** Names of relations and columns by number, for the rules' references; `$1` is a JSON array of relation oids. */
export const COLUMN_NAMES_SQL: string = `
select coalesce(json_agg(json_build_object(
  'oid', c.oid::text, 'schema', n.nspname, 'name', c.relname,
  'columns', (
    select coalesce(json_object_agg(a.attnum, a.attname), '{}')
    from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  )
)), '[]')::text as json
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.oid in (select value::oid from json_array_elements_text($1::text::json))`;

/** Functions that can be called by argument names, or by one unnamed body parameter. */
export const ROUTINES_SQL: string = `
with recursive base_types as (
  select t.oid, t.typbasetype, t.oid as base from pg_catalog.pg_type t
  union all
  select b.oid, t.typbasetype, t.oid from base_types b join pg_catalog.pg_type t on t.oid = b.typbasetype
), resolved as (
  select oid, base from base_types where typbasetype = 0
), inputs as (
  select p.oid,
    json_agg(json_build_object(
      'name', coalesce(a.name, ''),
      'type', pg_catalog.format_type(a.type, null),
      'lengthlessType', case a.type
        when 'bit'::regtype then 'bit varying'
        when 'bit[]'::regtype then 'bit varying[]'
        when 'character'::regtype then 'character varying'
        when 'character[]'::regtype then 'character varying[]'
        else pg_catalog.format_type(a.type, null)
      end,
      'required', a.position <= p.pronargs - p.pronargdefaults,
      'variadic', coalesce(a.mode = 'v', false)
    ) order by a.position) as parameters,
    count(*) filter (where coalesce(a.name, '') = '') as unnamed,
    bool_and(a.type in ('bytea'::regtype, 'json'::regtype, 'jsonb'::regtype, 'text'::regtype, 'xml'::regtype)) as takes_body,
    count(*) as total
  from pg_catalog.pg_proc p
  cross join lateral unnest(p.proargnames, p.proargtypes, p.proargmodes) with ordinality as a(name, type, mode, position)
  where a.type is not null
  group by p.oid
)
select coalesce(json_agg(json_build_object(
  'schema', n.nspname, 'name', p.proname,
  'parameters', coalesce(i.parameters, '[]'),
  'volatility', case p.provolatile when 'v' then 'volatile' when 's' then 'stable' else 'immutable' end,
  'returnsSet', p.proretset,
  'returnsComposite', t.typtype = 'c' or coalesce(p.proargmodes::text[] && '{t,b,o}', false),
  'returnsCompositeDomain', t.oid <> p.prorettype and t.typtype = 'c',
  'returnType', json_build_object('schema', tn.nspname, 'name', coalesce(tc.relname, t.typname))
) order by n.nspname, p.proname, p.oid), '[]')::text as json
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
join resolved r on r.oid = p.prorettype
join pg_catalog.pg_type t on t.oid = r.base
join pg_catalog.pg_namespace tn on tn.oid = t.typnamespace
left join pg_catalog.pg_class tc on tc.oid = t.typrelid
left join inputs i on i.oid = p.oid
where p.prokind = 'f' and p.prorettype <> 'trigger'::regtype and p.prorettype <> 'event_trigger'::regtype
  and (coalesce(i.unnamed, 0) = 0 or (i.unnamed = 1 and i.total = 1 and i.takes_body))
  and n.nspname in (${EXPOSED})`;

/** Functions from one row to rows of a relation. */
export const COMPUTED_RELATIONSHIPS_SQL: string = `
select coalesce(json_agg(json_build_object(
  'kind', 'computed',
  'routine', json_build_object('schema', n.nspname, 'name', p.proname),
  'table', json_build_object('schema', an.nspname, 'name', ac.relname),
  'foreignTable', json_build_object('schema', rn.nspname, 'name', rc.relname),
  'cardinality', case when not p.proretset or p.prorows = 1 then 'many-to-one' else 'one-to-many' end,
  'isSelf', ac.oid = rc.oid
) order by p.oid), '[]')::text as json
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
join pg_catalog.pg_class ac on ac.reltype = p.proargtypes[0]
join pg_catalog.pg_namespace an on an.oid = ac.relnamespace
join pg_catalog.pg_class rc on rc.reltype = p.prorettype
join pg_catalog.pg_namespace rn on rn.oid = rc.relnamespace
where p.pronargs = 1 and p.prokind = 'f'
  and ac.relkind in ('r', 'v', 'm', 'f', 'p') and rc.relkind in ('r', 'v', 'm', 'f', 'p')`;

/** The session's search path, and whether the audit trail is installed. Asked before the search path is emptied. */
export const SESSION_SQL: string = `
select json_build_object(
  'searchPath', to_json(pg_catalog.current_schemas(false)),
  'role', current_user,
  'audited', exists (
    select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'audit' and c.relname = 'phi_column'
  )
)::text as json`;

function marksSql(table: "phi_column" | "phi_subject"): string {
  return `
select coalesce(json_agg(json_build_object(
  'table', json_build_object('schema', table_schema, 'name', table_name), 'column', column_name
)), '[]')::text as json
from audit.${table}`;
}

export const PHI_COLUMNS_SQL: string = marksSql("phi_column");
export const PHI_SUBJECTS_SQL: string = marksSql("phi_subject");
