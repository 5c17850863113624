import type { Column, Table } from "drizzle-orm";

/** Where Drizzle keeps a table's names. Registered symbols that its types do not show. */
const SCHEMA = Symbol.for("drizzle:Schema");
const ALIAS_OR_NAME = Symbol.for("drizzle:Name");
const ORIGINAL_NAME = Symbol.for("drizzle:OriginalName");
const COLUMNS = Symbol.for("drizzle:Columns");
const VIEW = Symbol.for("drizzle:ViewBaseConfig");

/** A relation, by its names in the database. */
export interface RelationName {
  /** Undefined when the search path decides. */
  readonly schema: string | undefined;
  readonly name: string;
}

export function tableName(table: Table): RelationName {
  const parts = table as unknown as Record<symbol, unknown>;
  const schema = parts[SCHEMA];
  return { schema: typeof schema === "string" ? schema : undefined, name: String(parts[ORIGINAL_NAME]) };
}

/** What a statement calls the table: its alias, or its name. */
export function tableAlias(table: Table): string {
  return String((table as unknown as Record<symbol, unknown>)[ALIAS_OR_NAME]);
}

/** The columns of a table, by their keys in the schema module. */
export function tableColumns(table: Table): Readonly<Record<string, Column>> {
  return (table as unknown as Record<symbol, unknown>)[COLUMNS] as Record<string, Column>;
}

export function viewName(view: object): RelationName {
  const config = (view as Record<symbol, unknown>)[VIEW] as {
    readonly schema?: string;
    readonly originalName: string;
  };
  return { schema: config.schema, name: config.originalName };
}
