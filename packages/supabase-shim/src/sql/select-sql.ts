import type { AggregateFunction, OrderBy, SelectColumn, SpreadColumn } from "../plan/index.ts";
import { columnSql } from "./column-sql.ts";
import { castType, fromCatalog, ident, type Sql, sql } from "./fragment.ts";

const AGGREGATE: Readonly<Record<AggregateFunction, Sql>> = {
  sum: sql`sum`,
  avg: sql`avg`,
  count: sql`count`,
  max: sql`max`,
  min: sql`min`,
};

interface Aggregated {
  readonly aggregate?: AggregateFunction;
  readonly aggregateCast?: string;
}

function aggregated(value: Sql, { aggregate, aggregateCast }: Aggregated): Sql {
  if (aggregate === undefined) return value;
  return cast(sql`${AGGREGATE[aggregate]}(${value})`, aggregateCast);
}

function cast(value: Sql, type: string | undefined): Sql {
  return type === undefined ? value : sql`cast(${value} as ${castType(type)})`;
}

function as(alias: string | undefined): Sql {
  return alias === undefined ? sql`` : sql` as ${ident(alias)}`;
}

export function selectColumnSql(column: SelectColumn, row?: Sql): Sql {
  // `count()` counts rows, and `count(table.*)` would count rows that are not null only.
  const value =
    column.aggregate === "count" && column.column.column === "*" && column.column.wholeRow !== true
      ? sql`*`
      : cast(columnSql(column.column, row), column.cast);
  return sql`${aggregated(value, column)}${as(column.alias)}`;
}

/** A spread relation's column, read from the row of its join. */
export function spreadColumnSql(row: Sql, column: SpreadColumn): Sql {
  const value = column.name === "*" ? sql`${row}.*` : sql`${row}.${ident(column.name)}`;
  return sql`${aggregated(value, column)}${as(column.alias)}`;
}

export function orderSql({ column, direction, nulls }: OrderBy, row?: Sql): Sql {
  return sql`${columnSql(column, row)}${directionSql(direction)}${nullsSql(nulls)}`;
}

export function directionSql(direction: OrderBy["direction"]): Sql {
  if (direction === undefined) return sql``;
  return direction === "asc" ? sql` asc` : sql` desc`;
}

export function nullsSql(nulls: OrderBy["nulls"]): Sql {
  if (nulls === undefined) return sql``;
  return nulls === "first" ? sql` nulls first` : sql` nulls last`;
}

/**
 * GROUP BY terms: what is selected beside an aggregate. An aliased one goes by its place in the select list,
 * counted from 1: by an alias PostgreSQL means the table's own column of that name where there is one, and an
 * expression with parameters is not the same expression when it is said again.
 */
export function groupTerm(column: SelectColumn, place: number): Sql | undefined {
  if (column.aggregate !== undefined) return undefined;
  const { transform, ...plain } = column.column;
  // JSON has no equality, and what a function shows of equal values is equal.
  if (transform !== undefined) return columnSql(plain);
  return column.alias === undefined ? columnSql(column.column) : placeSql(place);
}

/** A column of the select list by its place, counted from 1. */
export function placeSql(place: number): Sql {
  return fromCatalog(String(place));
}
