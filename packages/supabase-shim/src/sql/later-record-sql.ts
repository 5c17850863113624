import type { AuditField } from "../plan/index.ts";
import { CALLER_FIELDS, callerFieldSql } from "./caller-fields-sql.ts";
import type { CompiledStatement } from "./compile-plan.ts";
import { ident, list, param, type Sql, sql } from "./fragment.ts";

const text = (field: AuditField): Sql => sql`${param({ kind: "audit", field })}::text`;
const texts = (field: AuditField): Sql => sql`array(select json_array_elements_text(${text(field)}::json))`;

/**
 * Adds the records of a call that its own statement could not add, or that were undone with it. `relations`, `columns`
 * and `filters` are JSON arrays; `recorded` is one of `{record_keys, subjects, row_count}`, as the statement echoes it.
 */
export const laterRecord: CompiledStatement =
  sql`insert into audit.phi_access_log (${list(CALLER_FIELDS.map(ident))}, action, relations, columns, filters, outcome, sqlstate, record_keys, subjects, row_count) select ${list(CALLER_FIELDS.map(callerFieldSql))}, ${text("action")}, ${texts("relations")}, ${texts("columns")}, ${texts("filters")}, ${text("outcome")}, ${text("sqlstate")}, one.record_keys, one.subjects, one.row_count from json_to_recordset(${text("recorded")}::json) as one(record_keys jsonb, subjects text[], row_count bigint)`.render();
