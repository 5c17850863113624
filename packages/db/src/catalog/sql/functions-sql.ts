import { ofExtension, otherOwner } from "./fragments.ts";

/** Functions, procedures, window functions and aggregates. */
export const functionsSql = `
select 'function' as kind, n.nspname as schema, null as parent,
  format('%s(%s)', p.proname, oidvectortypes(p.proargtypes)) as name, null as on_kind, null as column_name,
  jsonb_build_object(
    'kind', case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' when 'w' then 'window' else 'function' end,
    'arguments', pg_get_function_arguments(p.oid),
    'result', pg_get_function_result(p.oid),
    'language', l.lanname,
    'body', coalesce(pg_get_function_sqlbody(p.oid), concat_ws(', ', p.probin, p.prosrc)),
    'aggregate', (
      select format('sfunc = %s, stype = %s%s%s', a.aggtransfn::regproc, format_type(a.aggtranstype, null),
        case when a.aggfinalfn::oid <> 0 then format(', finalfunc = %s', a.aggfinalfn::regproc) else '' end,
        case when a.agginitval is not null then format(', initcond = %L', a.agginitval) else '' end)
      from pg_aggregate a where a.aggfnoid = p.oid),
    'volatility', case p.provolatile when 'i' then 'immutable' when 's' then 'stable' else 'volatile' end,
    'security', case when p.prosecdef then 'definer' else 'invoker' end,
    'settings', (select jsonb_agg(o order by o) from unnest(p.proconfig) o),
    'strict', p.proisstrict,
    'leakproof', p.proleakproof,
    'parallel', case p.proparallel when 's' then 'safe' when 'r' then 'restricted' else 'unsafe' end,
    'cost', p.procost::text,
    'rows', p.prorows::text,
    'owner', ${otherOwner("p.proowner")},
    'comment', obj_description(p.oid, 'pg_proc')
  ) as properties,
  case when p.prokind <> 'a' then pg_get_functiondef(p.oid) end as definition
from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang
where n.nspname = any($1) and not ${ofExtension("pg_proc", "p.oid")}
  -- A range type makes its own constructors.
  and not exists (
    select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'i')`;
