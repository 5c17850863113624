/**
 * What generated types are made of, for the schemas in the JSON array `$1`, as one JSON text.
 *
 * A relation takes writes by `pg_relation_is_updatable`: bit 3 is INSERT, bit 2 UPDATE. Of a view's rule, the tree that
 * PostgreSQL keeps tells whether anything in it can add a null to a column: an outer join (`:jointype` 1 to 3), a set
 * operation or a grouping set.
 */
export const TYPE_CATALOG_SQL = `
with exposed as materialized (
  select n.oid, n.nspname from pg_catalog.pg_namespace n
  where n.nspname in (select value from json_array_elements_text($1::text::json))
)
select json_build_object(
  'schemas', (select coalesce(json_agg(nspname), '[]') from exposed),
  'relations', (
    select coalesce(json_agg(json_build_object(
      'schema', n.nspname, 'name', c.relname, 'isView', c.relkind in ('v', 'm'),
      'updatable', c.relkind <> 'm' and (pg_catalog.pg_relation_is_updatable(c.oid, false) & 20) = 20,
      'addsNoNulls', c.relkind in ('v', 'm') and (
        select r.ev_action::text !~ ':jointype [1-3]' and r.ev_action::text !~ ':setOperations \\{'
          and r.ev_action::text !~ ':groupingSets \\('
        from pg_catalog.pg_rewrite r where r.ev_class = c.oid and r.ev_type = '1'
      ),
      'columns', (
        select coalesce(json_agg(json_build_object(
          'name', a.attname, 'type', a.atttypid::text,
          'nullable', c.relkind in ('v', 'm') or not (a.attnotnull or t.typtype = 'd' and t.typnotnull),
          'hasDefault', a.atthasdef or a.attidentity <> '' or t.typdefault is not null,
          'generatedAlways', a.attidentity = 'a' or a.attgenerated <> '',
          'updatable', c.relkind <> 'm' and pg_catalog.pg_column_is_updatable(c.oid, a.attnum, false)
        )), '[]')
        from pg_catalog.pg_attribute a join pg_catalog.pg_type t on t.oid = a.atttypid
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      )
    )), '[]')
    from pg_catalog.pg_class c join exposed n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'f', 'v', 'm')
  ),
  'routines', (
    select coalesce(json_agg(json_build_object(
      'schema', n.nspname, 'name', p.proname, 'returns', p.prorettype::text, 'returnsSet', p.proretset,
      'returnsOne', p.proretset and p.prorows = 1,
      'arguments', (
        select coalesce(json_agg(json_build_object(
          'name', coalesce(g.name, ''), 'type', g.type::text, 'mode', coalesce(g.mode::text, 'i'),
          'hasDefault', g.input and g.inputs > p.pronargs - p.pronargdefaults
        ) order by g.position), '[]')
        from (
          select u.*, coalesce(u.mode, 'i') in ('i', 'b', 'v') as input,
            count(*) filter (where coalesce(u.mode, 'i') in ('i', 'b', 'v')) over (order by u.position) as inputs
          from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[]), p.proargnames, p.proargmodes)
            with ordinality as u(type, name, mode, position)
          where u.type is not null
        ) g
      )
    ) order by n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid) collate "C"), '[]')
    from pg_catalog.pg_proc p join exposed n on n.oid = p.pronamespace
    where p.prokind = 'f'
      and p.prorettype not in ('pg_catalog.trigger'::pg_catalog.regtype, 'pg_catalog.event_trigger'::pg_catalog.regtype)
  ),
  'types', (
    select json_agg(json_build_object(
      'oid', t.oid::text, 'schema', n.nspname, 'name', t.typname,
      'element', case when t.typcategory = 'A' and t.typelem <> 0 then t.typelem::text end,
      'base', case when t.typtype = 'd' then t.typbasetype::text end,
      'labels', case when t.typtype = 'e' then
        (select json_agg(e.enumlabel order by e.enumsortorder) from pg_catalog.pg_enum e where e.enumtypid = t.oid)
      end,
      'attributes', case when c.relkind = 'c' then (
        select json_agg(json_build_object('name', a.attname, 'type', a.atttypid::text))
        from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      ) end,
      'relation', case when c.relkind in ('r', 'p', 'f', 'v', 'm') then
        json_build_object('isView', c.relkind in ('v', 'm'))
      end
    ))
    from pg_catalog.pg_type t
    join pg_catalog.pg_namespace n on n.oid = t.typnamespace
    left join pg_catalog.pg_class c on c.oid = t.typrelid
  )
)::text as json`;
