import { is, SQL, sql } from "drizzle-orm";
import { PgArray, type PgColumn, PgDialect, PgEnumColumn, PgEnumObjectColumn } from "drizzle-orm/pg-core";
import { literal } from "../mend/sql-names.ts";
import { quoteIdentifier } from "../quote-identifier.ts";

const dialect = new PgDialect();

/** An SQL object's text, with its values written into it: what DDL takes has no parameters. */
export function textOf(expression: SQL): string {
  return dialect.sqlToQuery(sql`${expression}`.inlineParams()).sql;
}

/**
 * The text of an expression about a table's own columns. Drizzle writes a table of another schema with that schema in
 * front, which would not be found in a stand-in of the table.
 */
export function ownText(
  expression: SQL,
  table: { readonly schemaName: string; readonly name: string },
): string {
  const [schema, name] = [quoteIdentifier(table.schemaName), quoteIdentifier(table.name)];
  return textOf(expression).replaceAll(`${schema}.${name}.`, `${name}.`);
}

const SERIAL: Readonly<Record<string, string>> = {
  serial: "integer",
  bigserial: "bigint",
  smallserial: "smallint",
};

/** The type under a serial column; undefined for others. */
export function serialType(column: PgColumn): string | undefined {
  return SERIAL[column.getSQLType().toLowerCase()];
}

/** A column's type as DDL has it. An enum has its schema, where it was given one. */
export function typeText(column: PgColumn): string {
  let base: PgColumn = column;
  while (is(base, PgArray)) base = base.baseColumn;
  const type = column.getSQLType();
  if (!is(base, PgEnumColumn) && !is(base, PgEnumObjectColumn)) return serialType(column) ?? type;
  const { enumName, schema } = base.enum;
  const name = quoteIdentifier(enumName);
  return `${schema === undefined ? name : `${quoteIdentifier(schema)}.${name}`}${type.slice(enumName.length)}`;
}

/** A column's default as drizzle-kit writes it; undefined where the database has none. */
export function defaultText(column: PgColumn): string | undefined {
  const value: unknown = column.default;
  if (value === undefined) return undefined;
  if (is(value, SQL)) return textOf(value);
  const type = column.getSQLType().toLowerCase();
  if (type === "json" || type === "jsonb") return `${literal(JSON.stringify(value))}::${type}`;
  if (value instanceof Date) return literal(dateText(value, type));
  if (Array.isArray(value)) return literal(arrayText(value));
  if (typeof value === "string") return literal(value);
  return String(value);
}

function dateText(value: Date, type: string): string {
  const iso = value.toISOString();
  if (type === "date") return iso.slice(0, 10);
  return type.startsWith("timestamp") ? iso.replace("T", " ").slice(0, 23) : iso;
}

/** PostgreSQL's text form of an array. */
function arrayText(items: readonly unknown[]): string {
  const parts = items.map((item) => {
    if (Array.isArray(item)) return arrayText(item);
    if (item === null) return "NULL";
    const text =
      item instanceof Date
        ? item.toISOString()
        : typeof item === "object"
          ? JSON.stringify(item)
          : String(item);
    return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
  });
  return `{${parts.join(",")}}`;
}
