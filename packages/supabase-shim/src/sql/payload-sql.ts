import type { PayloadColumn, PayloadPlan } from "../plan/index.ts";
import { fromCatalog, ident, list, literal, param, type Sql, sql } from "./fragment.ts";

/** The name under which a payload's rows are read. */
export const PAYLOAD: Sql = ident("pgrst_body");

/**
 * FROM items that turn the one JSON parameter into rows `pgrst_body(column …)`, whatever their number.
 * A key that a row lacks is NULL, or with `missing=default` the column's default: it is evaluated for
 * every row, as PostgREST does, so a sequence may skip numbers.
 */
export function payloadRowsSql({ json, shape, columns, missingAsDefault }: PayloadPlan): Sql {
  const isObject = shape === "object";
  const value = sql`${param(json)}::text`;
  const names = list(columns.map(({ name }) => ident(name)));
  if (columns.length === 0) {
    // `{}` is one row of nothing but defaults, `[{}, {}]` are two.
    const rows = isObject ? sql`(values (1)) as _` : sql`json_array_elements(${value}::json) as _`;
    return sql`from (select from ${rows}) as ${PAYLOAD}`;
  }
  if (!missingAsDefault) {
    const rows = isObject ? sql`json_to_record` : sql`json_to_recordset`;
    return sql`from (select ${names} from ${rows}(${value}::json) as _(${typed(columns)})) as ${PAYLOAD}`;
  }
  const defaults = sql`jsonb_build_object(${list(columns.flatMap(defaultEntry))})`;
  const rows = isObject
    ? sql`(select ${defaults} || ${value}::jsonb as row) as given`
    : sql`(select ${defaults} || element as row from jsonb_array_elements(${value}::jsonb) as element) as given`;
  return sql`from (select ${list(columns.map(({ name }) => sql`_.${ident(name)}`))} from ${rows}, jsonb_to_record(given.row) as _(${typed(columns)})) as ${PAYLOAD}`;
}

function typed(columns: readonly PayloadColumn[]): Sql {
  return list(columns.map(({ name, type }) => sql`${ident(name)} ${fromCatalog(type)}`));
}

function defaultEntry({ name, defaultExpression }: PayloadColumn): readonly Sql[] {
  return defaultExpression === undefined ? [] : [sql`${literal(name)}, ${fromCatalog(defaultExpression)}`];
}

export function payloadColumn(name: string): Sql {
  return sql`${PAYLOAD}.${ident(name)}`;
}
