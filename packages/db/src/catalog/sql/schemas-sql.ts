import { ofExtension, otherOwner } from "./fragments.ts";

/** Schemas, extensions, event triggers and rules. */
export const schemasSql = `
select 'schema' as kind, null as schema, null as parent, n.nspname as name, null as on_kind, null as column_name,
  jsonb_build_object(
    'owner', ${otherOwner("n.nspowner")},
    'comment', nullif(obj_description(n.oid, 'pg_namespace'), 'standard public schema')
  ) as properties, null as definition
from pg_namespace n where n.nspname = any($1)
union all
select 'extension', null, null, e.extname, null, null, jsonb_build_object('schema', n.nspname), null
from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname <> 'plpgsql'
union all
select 'event trigger', null, null, e.evtname, null, null,
  jsonb_build_object(
    'event', e.evtevent,
    'tags', to_jsonb(coalesce(e.evttags, '{}')),
    'function', format('%I.%I', n.nspname, p.proname),
    'enabled', case e.evtenabled when 'O' then 'yes' when 'D' then 'no' when 'R' then 'replica' else 'always' end
  ), null
from pg_event_trigger e join pg_proc p on p.oid = e.evtfoid join pg_namespace n on n.oid = p.pronamespace
where n.nspname = any($1)
  and not exists (select from pg_depend d where d.objid = e.oid and d.classid = 'pg_event_trigger'::regclass and d.deptype = 'e')
union all
select 'rule', n.nspname, c.relname, r.rulename, null, null,
  jsonb_build_object('definition', pg_get_ruledef(r.oid), 'enabled', case r.ev_enabled when 'O' then 'yes' when 'D' then 'no' when 'R' then 'replica' else 'always' end), null
from pg_rewrite r join pg_class c on c.oid = r.ev_class join pg_namespace n on n.oid = c.relnamespace
where n.nspname = any($1) and r.rulename <> '_RETURN' and not ${ofExtension("pg_class", "c.oid")}`;
