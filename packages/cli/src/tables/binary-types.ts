/** Types of PostgreSQL's own whose binary form has been the same since version 10, as `format_type` names them. */
const STABLE: ReadonlySet<string> = new Set([
  "bigint",
  "boolean",
  "bytea",
  "character",
  "character varying",
  "cidr",
  "date",
  "double precision",
  "inet",
  "integer",
  "interval",
  "json",
  "jsonb",
  "macaddr",
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
 * Whether COPY's binary format brings a value of one column into the other unchanged: they have the same type, or arrays
 * of it, and it is none whose binary form holds numbers of its own server, as those of composite types and arrays of enums
 * do. Binary spares both servers from writing and reading dates and numbers as text.
 *
 * Source: PostgreSQL's documentation, "COPY", File Formats, Binary Format: "there is no guarantee" across versions in
 * general, so the types are named here one by one.
 *
 * @param source as `format_type` names it, with an empty search_path.
 * @param target likewise.
 */
export function sameInBinary(source: string, target: string): boolean {
  if (source !== target) return false;
  return STABLE.has(source.replace(/\(\d+(,-?\d+)?\)/, "").replace(/\[\]$/, ""));
}
