/** The marks in force: what the audit trail's inventory has for the tables of these schemas. */
export const marksSql = `
select 'phi mark' as kind, table_schema as schema, table_name as parent, column_name as name, null as on_kind,
  null as column_name, jsonb_build_object('phi', kind) as properties, null as definition
from audit.phi_column where table_schema = any($1)
union all
select 'data subject', table_schema, table_name, column_name, null, null,
  jsonb_build_object('follows', followed_table is not null), null
from audit.phi_subject where table_schema = any($1)`;
