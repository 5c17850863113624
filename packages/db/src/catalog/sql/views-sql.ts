import { ofExtension, otherOwner } from "./fragments.ts";

/** Views and materialized views. */
export const viewsSql = `
select case c.relkind when 'v' then 'view' else 'materialized view' end as kind, n.nspname as schema, null as parent,
  c.relname as name, null as on_kind, null as column_name,
  jsonb_build_object(
    'query', rtrim(pg_get_viewdef(c.oid), ';'),
    'columns', (
      select jsonb_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)) order by a.attnum)
      from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
    'options', (select jsonb_agg(o order by o) from unnest(c.reloptions) o),
    'populated', case c.relkind when 'm' then c.relispopulated end,
    'owner', ${otherOwner("c.relowner")},
    'comment', obj_description(c.oid, 'pg_class')
  ) as properties, null as definition
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = any($1) and c.relkind in ('v', 'm') and not ${ofExtension("pg_class", "c.oid")}`;

/** Policies and triggers. */
export const rulesOfTablesSql = `
select 'policy' as kind, n.nspname as schema, c.relname as parent, p.polname as name, null as on_kind, null as column_name,
  jsonb_build_object(
    'permissive', p.polpermissive,
    'command', case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
    'roles', (
      select jsonb_agg(r.name order by r.name)
      from (select case o when 0 then 'public' else pg_get_userbyid(o) end as name from unnest(p.polroles) o) r),
    'using', pg_get_expr(p.polqual, p.polrelid),
    'check', pg_get_expr(p.polwithcheck, p.polrelid),
    'comment', obj_description(p.oid, 'pg_policy')
  ) as properties, null as definition
from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace
where n.nspname = any($1) and not ${ofExtension("pg_class", "c.oid")}
union all
select 'trigger', n.nspname, c.relname, t.tgname, null, null,
  jsonb_build_object(
    'definition', pg_get_triggerdef(t.oid),
    'enabled', case t.tgenabled when 'O' then 'yes' when 'D' then 'no' when 'R' then 'replica' else 'always' end,
    'comment', obj_description(t.oid, 'pg_trigger')
  ), null
from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
where n.nspname = any($1) and not t.tgisinternal and t.tgparentid = 0 and not ${ofExtension("pg_class", "c.oid")}`;
