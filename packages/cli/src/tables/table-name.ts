import { quoteIdentifier } from "@offramp/db";

/** A table by its two names. */
export interface TableName {
  readonly schema: string;
  readonly table: string;
}

/** `"schema"."table"`, for SQL. */
export function relationSql({ schema, table }: TableName): string {
  return `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`;
}

/** `schema.table`, for people and as a key. */
export function tableText({ schema, table }: TableName): string {
  return `${schema}.${table}`;
}

/** Reads `schema.table`; the first dot divides. */
export function parseTableName(text: string): TableName {
  const dot = text.indexOf(".");
  return { schema: text.slice(0, dot), table: text.slice(dot + 1) };
}
