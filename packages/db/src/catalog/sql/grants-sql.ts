import { grantee, ofExtension, otherOwner } from "./fragments.ts";

const privileges = `(
  select jsonb_agg(p.privilege order by p.privilege) from (
    select x.privilege_type || case when x.is_grantable then ' with grant option' else '' end as privilege
    from aclexplode(o.acl) x where x.grantee = g.grantee) p)`;

/** What roles other than the owner may do. Where nothing was granted yet, PostgreSQL's defaults hold. */
export const grantsSql = `
select 'grant' as kind, o.schema, o.parent, ${grantee("g.grantee")} as name, o.on_kind, o.column_name,
  jsonb_build_object('privileges', ${privileges}) as properties, null as definition
from (
  select n.nspname as schema, c.relname as parent, case when c.relkind = 'S' then 'sequence' else 'table' end as on_kind,
    null::name as column_name, coalesce(c.relacl, acldefault(case when c.relkind = 'S' then 's' else 'r' end::"char", c.relowner)) as acl,
    c.relowner as owner
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = any($1) and c.relkind in ('r', 'p', 'f', 'v', 'm', 'S') and not ${ofExtension("pg_class", "c.oid")}
  union all
  select n.nspname, c.relname, 'column', a.attname, a.attacl, c.relowner
  from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = any($1) and a.attacl is not null and a.attnum > 0 and not a.attisdropped
    and not ${ofExtension("pg_class", "c.oid")}
  union all
  select n.nspname, format('%s(%s)', p.proname, oidvectortypes(p.proargtypes)), 'function', null,
    coalesce(p.proacl, acldefault('f', p.proowner)), p.proowner
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where n.nspname = any($1) and not ${ofExtension("pg_proc", "p.oid")}
    and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'i')
  union all
  select null, n.nspname, 'schema', null, coalesce(n.nspacl, acldefault('n', n.nspowner)), n.nspowner
  from pg_namespace n where n.nspname = any($1)
  union all
  select n.nspname, t.typname, 'type', null, coalesce(t.typacl, acldefault('T', t.typowner)), t.typowner
  from pg_type t join pg_namespace n on n.oid = t.typnamespace left join pg_class c on c.oid = t.typrelid
  where n.nspname = any($1) and (t.typtype in ('e', 'd', 'r') or t.typtype = 'c' and c.relkind = 'c')
    and not ${ofExtension("pg_type", "t.oid")}
) o
cross join lateral (select distinct x.grantee from aclexplode(o.acl) x where x.grantee <> o.owner) g`;

/** What later objects of a role will be granted. One for all schemas stands in place of PostgreSQL's own defaults. */
export const defaultPrivilegesSql = `
select 'default privileges' as kind, o.schema, ${otherOwner("o.owner")} as parent, ${grantee("g.grantee")} as name,
  o.on_kind, null as column_name,
  jsonb_build_object('privileges', coalesce(${privileges}, '[]')) as properties, null as definition
from (
  select n.nspname as schema, d.defaclrole as owner, d.defaclacl as acl,
    case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types'
      when 'n' then 'schemas' else 'large objects' end as on_kind,
    case when n.oid is null then acldefault(case d.defaclobjtype when 'S' then 's' else d.defaclobjtype end, d.defaclrole) end as usual
  from pg_default_acl d left join pg_namespace n on n.oid = d.defaclnamespace
  where n.oid is null or n.nspname = any($1)
) o
cross join lateral (
  select distinct x.grantee from (
    select grantee from aclexplode(o.acl) union all select grantee from aclexplode(o.usual)) x
  where x.grantee <> o.owner) g
-- An entry that changes nothing for a role says nothing.
where ${privileges} is distinct from (
  select jsonb_agg(p.privilege order by p.privilege) from (
    select x.privilege_type || case when x.is_grantable then ' with grant option' else '' end as privilege
    from aclexplode(o.usual) x where x.grantee = g.grantee) p)`;
