import type { PayloadColumn, PayloadPlan, RowValue } from "../plan/index.ts";
import { fromCatalog, ident, list, literal, param, qualified, type Sql, sql } from "./fragment.ts";

/** The name under which a payload's rows are read. */
export const PAYLOAD: Sql = ident("pgrst_body");

/**
 * FROM items that turn the one JSON parameter into rows `pgrst_body(column …)`, whatever their number.
 * A key that a row lacks is NULL, or with `missing=default` the column's default: it is evaluated for
 * every row, as PostgREST does, so a sequence may skip numbers.
 */
export function payloadRowsSql(payload: PayloadPlan): Sql {
  const { json, shape, columns, missingAsDefault, row } = payload;
  if (row !== undefined) return sql`from (select ${list(row.map(valueSql))}) as ${PAYLOAD}`;
  const isObject = shape === "object";
  const value = sql`${param(json)}::text`;
  if (columns.length === 0) {
    // `{}` is one row of nothing but defaults, `[{}, {}]` are two.
    const rows = isObject ? sql`(values (1)) as _` : sql`json_array_elements(${value}::json) as _`;
    return sql`from (select from ${rows}) as ${PAYLOAD}`;
  }
  if (!missingAsDefault) {
    const rows = isObject ? sql`json_to_record` : sql`json_to_recordset`;
    return sql`from (select ${list(columns.map(readColumn))} from ${rows}(${value}::json) as _(${typed(columns)})) as ${PAYLOAD}`;
  }
  const defaults = sql`jsonb_build_object(${list(columns.flatMap(defaultEntry))})`;
  const rows = isObject
    ? sql`(select ${defaults} || ${value}::jsonb as row) as given`
    : sql`(select ${defaults} || element as row from jsonb_array_elements(${value}::jsonb) as element) as given`;
  return sql`from (select ${list(columns.map(readOrDefault))} from ${rows}, jsonb_to_record(given.row) as _(${typed(columns)})) as ${PAYLOAD}`;
}

function valueSql({ name, baseType, value }: RowValue): Sql {
  return sql`${param(value)}::${fromCatalog(baseType)} as ${ident(name)}`;
}

function typed(columns: readonly PayloadColumn[]): Sql {
  return list(
    columns.map(({ name, type, transform }) =>
      transform === undefined ? sql`${ident(name)} ${fromCatalog(type)}` : sql`${ident(name)} json`,
    ),
  );
}

/** A column as the payload gives it, or as the team's own function reads it from there. */
function readColumn({ name, transform }: PayloadColumn): Sql {
  const given = sql`_.${ident(name)}`;
  return transform === undefined ? given : sql`${qualified(transform)}(${given}) as ${ident(name)}`;
}

/** A default is a value of the column's type already, so it is not read from JSON like the others. */
function readOrDefault(column: PayloadColumn): Sql {
  const { name, type, transform, defaultExpression } = column;
  if (transform === undefined || defaultExpression === undefined) return readColumn(column);
  const given = sql`jsonb_exists(given.row, ${literal(name)})`;
  const read = sql`${qualified(transform)}(_.${ident(name)})`;
  return sql`case when ${given} then ${read} else (${fromCatalog(defaultExpression)})::${fromCatalog(type)} end as ${ident(name)}`;
}

function defaultEntry({ name, defaultExpression, transform }: PayloadColumn): readonly Sql[] {
  return defaultExpression === undefined || transform !== undefined
    ? []
    : [sql`${literal(name)}, ${fromCatalog(defaultExpression)}`];
}

export function payloadColumn(name: string): Sql {
  return sql`${PAYLOAD}.${ident(name)}`;
}
