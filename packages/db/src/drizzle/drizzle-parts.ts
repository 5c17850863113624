import { type Column, is, Param, Placeholder, SQL, type Table } from "drizzle-orm";
import {
  getTableConfig,
  type PgColumn,
  type PgDatabase,
  type PgSession,
  PgTable,
  type PgTransaction,
} from "drizzle-orm/pg-core";

/*
 * Any driver, any schema: the types of an answer pass through as they are. Drizzle's type parameters are invariant, so
 * nothing but `any` stands for all of them.
 */

// oxlint-disable-next-line typescript/no-explicit-any
export type AnySession = PgSession<any, any, any>;

// oxlint-disable-next-line typescript/no-explicit-any
export type AnyTransaction = PgTransaction<any, any, any>;

// oxlint-disable-next-line typescript/no-explicit-any
export type AnyDatabase = PgDatabase<any, any, any>;

const COLUMNS = Symbol.for("drizzle:Columns");

/** The columns of a table or of an alias of it, by their keys in the schema module. */
export function columnsOf(table: Table): Readonly<Record<string, PgColumn>> {
  return (table as unknown as Record<symbol, unknown>)[COLUMNS] as Record<string, PgColumn>;
}

/** The primary key of a column's table, in its order, as the same alias has it. */
export function keyColumnsOf(table: Table): readonly PgColumn[] {
  const columns = Object.values(columnsOf(table));
  const single = columns.filter(({ primary }) => primary);
  if (single.length > 0 || !is(table, PgTable)) return single;
  const [composite] = getTableConfig(table).primaryKeys;
  const names = composite?.columns.map(({ name }) => name) ?? [];
  return names.flatMap((name) => columns.find((column) => column.name === name) ?? []);
}

/** A value that a builder was given; undefined when it is SQL. */
export function paramOf(chunk: unknown): { readonly value: unknown } | undefined {
  if (is(chunk, Placeholder)) return { value: chunk };
  return is(chunk, Param) ? chunk : undefined;
}

/** A placeholder's value, where it is one. */
export function filled(value: unknown, values: Readonly<Record<string, unknown>>): unknown {
  return is(value, Placeholder) ? values[value.name] : value;
}

/**
 * The value to which a condition of its own holds the column: `eq(column, value)`, alone or in an `and()`.
 */
export function pinnedValue(where: unknown, column: Column): { readonly value: unknown } | undefined {
  if (!is(where, SQL)) return undefined;
  const chunks = where.queryChunks.filter((chunk) => textOf(chunk) !== "");
  const [left, operator, right] = chunks;
  if (chunks.length === 3 && textOf(operator) === " = " && isColumn(left, column)) return paramOf(right);
  const members = conjunction(chunks);
  for (const member of members) {
    const pinned = pinnedValue(member, column);
    if (pinned !== undefined) return pinned;
  }
  return undefined;
}

/** The members of an `and()`, or the one condition that is wrapped. */
function conjunction(chunks: readonly unknown[]): readonly unknown[] {
  const inner = chunks.filter((chunk) => !["(", ")"].includes(textOf(chunk) ?? ""));
  if (inner.length === 1) return is(inner[0], SQL) ? separated(inner[0]) : [];
  return [];
}

/** `a and b and c`, which an `or()` is not. */
function separated(list: SQL): readonly unknown[] {
  const chunks = list.queryChunks;
  const separators = chunks.filter((_, index) => index % 2 === 1);
  const joined = chunks.length > 1 && separators.every((chunk) => textOf(chunk) === " and ");
  return joined ? chunks.filter((_, index) => index % 2 === 0) : [list];
}

/** The text of a piece of SQL that Drizzle's builders wrote; undefined when it is no text. */
export function textOf(chunk: unknown): string | undefined {
  if (is(chunk, SQL) && chunk.queryChunks.length === 1) return textOf(chunk.queryChunks[0]);
  const value = typeof chunk === "object" && chunk !== null && "value" in chunk ? chunk.value : undefined;
  return Array.isArray(value) ? value.join("") : undefined;
}

function isColumn(chunk: unknown, { name }: Column): boolean {
  return (
    typeof chunk === "object" && chunk !== null && "name" in chunk && "table" in chunk && chunk.name === name
  );
}
