/**
 * The roles $1 (names, not schemas) but those in $2, and who is a member of them or has them as a member. A superuser's
 * membership gives it nothing. Since PostgreSQL 16 a membership says whether rights are inherited and whether the member may
 * become the role; before, the first was the member's own attribute, and the second always so.
 */
export const rolesSql = `
select 'role' as kind, null as schema, null as parent, r.rolname as name, null as on_kind, null as column_name,
  jsonb_build_object(
    'login', r.rolcanlogin, 'superuser', r.rolsuper, 'bypassrls', r.rolbypassrls, 'createrole', r.rolcreaterole,
    'createdb', r.rolcreatedb, 'replication', r.rolreplication, 'inherit', r.rolinherit,
    'connection limit', r.rolconnlimit,
    'settings', (select coalesce(jsonb_agg(s order by s), '[]') from unnest(r.rolconfig) s)
  ) as properties, null as definition
from pg_roles r where r.rolname = any($1) and r.rolname <> all($2)
union all
select 'membership', null, g.rolname, m.rolname, null, null,
  jsonb_strip_nulls(jsonb_build_object(
    'admin', bool_or(a.admin_option),
    'inherit', bool_or((to_jsonb(a) ->> 'inherit_option')::boolean),
    'set', bool_or((to_jsonb(a) ->> 'set_option')::boolean)
  )), null
from pg_auth_members a join pg_roles g on g.oid = a.roleid join pg_roles m on m.oid = a.member
where (g.rolname = any($1) or m.rolname = any($1)) and not m.rolsuper and m.rolname <> all($2)
group by g.rolname, m.rolname`;
