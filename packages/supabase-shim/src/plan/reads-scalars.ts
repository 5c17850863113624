import type { TableColumn } from "../schema-cache/index.ts";

/**
 * The types for which a value of a JSON object (a text, a number, true, false) means what its text means: JSON's reader
 * gives the text to the type's input function. The JSON types, lists, rows and ranges tell a text from other values, and what
 * an interval's text means depends on its modifier.
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

/**
 * Whether a column takes values from text as it takes them from JSON. They are read as its base type: a cast to a modifier
 * would cut off what the assignment refuses, and a domain's rules are asked by the assignment.
 */
export function readsScalars({ baseType, representation, encryption }: TableColumn): boolean {
  return representation === undefined && encryption === undefined && isScalarType(baseType);
}

/** @param type without modifiers. */
export function isScalarType(type: string): boolean {
  return SCALARS.has(type);
}
