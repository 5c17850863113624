import { DOMAIN_BASES, EXPOSED_NAMESPACES } from "./exposed-sql.ts";

/** Functions that can be called by argument names, or by one unnamed body parameter. */
export const ROUTINES_SQL: string = `
with recursive ${DOMAIN_BASES}
select coalesce(json_agg(json_strip_nulls(json_build_object(
  'schema', n.nspname, 'name', p.proname,
  'parameters', coalesce(i.parameters, '[]'),
  'volatility', case p.provolatile when 'v' then 'volatile' when 's' then 'stable' else 'immutable' end,
  'returnsSet', p.proretset,
  'returnsComposite', t.typtype = 'c' or coalesce(p.proargmodes::text[] && '{t,b,o}', false),
  'returnType', json_build_object('schema', tn.nspname, 'name', coalesce(tc.relname, t.typname)),
  'settings', (
    select json_agg(json_build_array(s.name, s.value) order by s.name)
    from unnest(p.proconfig) as c(text)
    cross join lateral (select split_part(c.text, '=', 1), substr(c.text, strpos(c.text, '=') + 1)) as s(name, value)
    where s.name in ('statement_timeout', 'plan_filter.statement_cost_limit', 'default_transaction_isolation')
  )
)) order by n.nspname, p.proname, i.parameters::text), '[]')::text as json
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
left join domain_bases b on b.oid = p.prorettype
join pg_catalog.pg_type t on t.oid = coalesce(b.base, p.prorettype)
join pg_catalog.pg_namespace tn on tn.oid = t.typnamespace
left join pg_catalog.pg_class tc on tc.oid = t.typrelid
cross join lateral (
  select
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
  from (
    select given.name, given.type, given.mode, row_number() over (order by given.position) as position
    from unnest(p.proargnames, coalesce(p.proallargtypes, p.proargtypes::oid[]), p.proargmodes)
      with ordinality as given(name, type, mode, position)
    where given.type is not null and (given.mode is null or given.mode in ('i', 'b', 'v'))
  ) a
) i
where p.prokind = 'f' and p.prorettype <> 'trigger'::regtype and p.prorettype <> 'event_trigger'::regtype
  and (i.unnamed = 0 or (i.unnamed = 1 and i.total = 1 and i.takes_body))
  and p.pronamespace = any (${EXPOSED_NAMESPACES})`;

/** Functions from one row to rows of a relation. */
export const COMPUTED_RELATIONSHIPS_SQL: string = `
select coalesce(json_agg(json_build_object(
  'kind', 'computed',
  'routine', json_build_object('schema', n.nspname, 'name', p.proname),
  'table', json_build_object('schema', an.nspname, 'name', ac.relname),
  'foreignTable', json_build_object('schema', rn.nspname, 'name', rc.relname),
  'cardinality', case when not p.proretset or p.prorows = 1 then 'many-to-one' else 'one-to-many' end,
  'isSelf', ac.oid = rc.oid
) order by n.nspname, p.proname, an.nspname, ac.relname), '[]')::text as json
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
join pg_catalog.pg_type at on at.oid = p.proargtypes[0]
join pg_catalog.pg_class ac on ac.oid = at.typrelid
join pg_catalog.pg_namespace an on an.oid = ac.relnamespace
join pg_catalog.pg_type rt on rt.oid = p.prorettype
join pg_catalog.pg_class rc on rc.oid = rt.typrelid
join pg_catalog.pg_namespace rn on rn.oid = rc.relnamespace
where p.pronargs = 1 and p.prokind = 'f'
  and ac.relkind in ('r', 'v', 'm', 'f', 'p') and rc.relkind in ('r', 'v', 'm', 'f', 'p')`;

/**
 * Implicit casts between a domain and JSON or text: how an API shows and reads a column of that domain.
 * PostgreSQL itself ignores a cast of a domain, so they mean nothing else.
 */
export const REPRESENTATIONS_SQL: string = `
select coalesce(json_agg(json_build_object(
  'source', pg_catalog.format_type(c.castsource, null),
  'target', pg_catalog.format_type(c.casttarget, null),
  'routine', json_build_object('schema', n.nspname, 'name', p.proname)
) order by n.nspname, p.proname, p.proargtypes::text), '[]')::text as json
from pg_catalog.pg_cast c
join pg_catalog.pg_type st on st.oid = c.castsource
join pg_catalog.pg_type tt on tt.oid = c.casttarget
join pg_catalog.pg_proc p on p.oid = c.castfunc
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
where c.castcontext = 'i' and c.castmethod = 'f' and p.pronargs = 1
  and pg_catalog.has_function_privilege(p.oid, 'execute')
  and (
    (st.typtype = 'd' and c.casttarget in ('json'::regtype, 'text'::regtype))
    or (tt.typtype = 'd' and c.castsource in ('json'::regtype, 'text'::regtype))
  )`;
