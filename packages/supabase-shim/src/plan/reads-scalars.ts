import type { TableColumn } from "../schema-cache/index.ts";

/**
 * The types for which a value of a JSON object (a text, a number, true, false) means what its text means: JSON's reader
 * gives the text to the type's input function. The JSON types, lists, rows and ranges tell a text from other values.
 *
 * @see PostgreSQL documentation, "JSON Functions and Operators", json_populate_record.
 */
const SCALARS: ReadonlySet<string> = new Set([
  "bigint",
  "boolean",
  "bytea",
  "character varying",
  "date",
  "double precision",
  "inet",
  "integer",
  "interval",
  "numeric",
  "real",
  "smallint",
  "text",
  "time with time zone",
  "time without time zone",
  "timestamp with time zone",
  "timestamp without time zone",
  "uuid",
]);

/** Whether a column takes values from text as it takes them from JSON. A domain's own checks are left to JSON's reader. */
export function readsScalars({ type, representation, encryption }: TableColumn): boolean {
  return representation === undefined && encryption === undefined && isScalarType(type);
}

export function isScalarType(type: string): boolean {
  return SCALARS.has(lengthless(type));
}

/** The type without its modifier: `character varying(40)` is `character varying`. */
export function lengthless(type: string): string {
  return type.replace(/\(\d+(?:,-?\d+)?\)/, "");
}
