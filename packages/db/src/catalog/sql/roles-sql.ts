/**
 * The roles $1 (names, not schemas) but those in $2, and who is a member of them or has them as a member. A superuser's
 * membership gives it nothing. Before PostgreSQL 16 a membership always let the member become the role.
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
  jsonb_build_object(
    'admin', bool_or(a.admin_option),
    'inherit', bool_or(coalesce((to_jsonb(a) ->> 'inherit_option')::boolean, m.rolinherit)),
    'set', bool_or(coalesce((to_jsonb(a) ->> 'set_option')::boolean, true))
  ), null
from pg_auth_members a join pg_roles g on g.oid = a.roleid join pg_roles m on m.oid = a.member
where (g.rolname = any($1) or m.rolname = any($1)) and not m.rolsuper and m.rolname <> all($2)
group by g.rolname, m.rolname`;
