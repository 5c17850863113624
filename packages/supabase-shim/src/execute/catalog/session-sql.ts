import type { RoleSettings } from "../../schema-cache/index.ts";

/** What SESSION_SQL answers with. */
export interface SessionRow {
  readonly searchPath: string[];
  readonly role: string;
  /** Whether the connection may set each of the roles that Supabase's keys stand for. */
  readonly settableRoles: Readonly<Record<string, boolean>>;
  /** What `ALTER ROLE … SET` gave the roles that the connection may set. PostgreSQL applies it at login only. */
  readonly roleSettings: RoleSettings;
  readonly serverVersion: string;
  readonly audited: boolean;
  /** Whether the database may have encrypted columns. */
  readonly encrypts: boolean;
}

/** Whether the session may set the role in `pg_roles r`. */
const MAY_SET = `pg_catalog.pg_has_role(session_user, r.oid, case
        when pg_catalog.current_setting('server_version_num')::int >= 160000 then 'SET' else 'MEMBER'
      end)`;

/**
 * The session's search path, asked before it is emptied, whose rights it has, which of Supabase's roles it may set,
 * what its roles have set (that anyone may set), and whether the audit trail is
 * installed.
 */
export const SESSION_SQL: string = `
select json_build_object(
  'searchPath', to_json(pg_catalog.current_schemas(false)),
  'role', current_user,
  'settableRoles', (
    select json_object_agg(names.name, exists (
      select from pg_catalog.pg_roles r
      where r.rolname = names.name and ${MAY_SET}
    )) from unnest(array['anon', 'authenticated', 'service_role']) as names(name)
  ),
  'roleSettings', (
    select coalesce(json_object_agg(role, settings order by role), '{}') from (
      select r.rolname as role, json_agg(json_build_array(s.name, s.value) order by c.position) as settings
      from pg_catalog.pg_roles r
      cross join lateral unnest(r.rolconfig) with ordinality as c(text, position)
      cross join lateral (
        select split_part(c.text, '=', 1), substr(c.text, strpos(c.text, '=') + 1)
      ) as s(name, value)
      where ${MAY_SET}
        and s.name in (select g.name from pg_catalog.pg_settings g where g.context = 'user')
      group by r.rolname
    ) as of_roles
  ),
  'serverVersion', pg_catalog.current_setting('server_version'),
  'audited', exists (
    select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'audit' and c.relname = 'phi_column'
  ),
  'encrypts', exists (
    select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'offramp' and c.relname = 'encrypted_column'
  )
)::text as json`;

/** The encrypted columns in one order, so that two readings can be compared; null where there are none. */
export const ENCRYPTED_SQL: string = `
select json_agg(json_build_object(
  'table', json_build_object('schema', table_schema, 'name', table_name), 'column', column_name,
  'key', key_name, 'type', value_type, 'searchable', searchable, 'rowKey', row_key
) order by table_schema collate "C", table_name collate "C", column_name collate "C")::text as json
from offramp.encrypted_column`;

/** The PHI inventory in one order, so that two readings of it can be compared. */
export const MARKS_SQL: string = `
select json_build_object(
  'columns', (
    select coalesce(json_agg(json_build_object(
      'table', json_build_object('schema', table_schema, 'name', table_name), 'column', column_name
    ) order by table_schema collate "C", table_name collate "C", column_name collate "C"), '[]')
    from audit.phi_column
  ),
  'subjects', (
    select coalesce(json_agg(json_strip_nulls(json_build_object(
      'table', json_build_object('schema', table_schema, 'name', table_name), 'column', column_name,
      'follows', case when followed_table is not null then json_build_object(
        'table', json_build_object('schema', followed_schema, 'name', followed_table), 'key', followed_key
      ) end
    )) order by table_schema collate "C", table_name collate "C"), '[]')
    from audit.phi_subject
  ),
  'functions', (
    select coalesce(json_agg(json_strip_nulls(json_build_object(
      'function', json_build_object('schema', function_schema, 'name', function_name),
      'relations', relations, 'columns', columns, 'subjectArgument', subject_argument
    )) order by function_schema collate "C", function_name collate "C"), '[]')
    from audit.phi_function
  )
)::text as json`;
