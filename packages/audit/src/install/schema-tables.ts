/** Where Drizzle keeps a table's parts. Registered symbols, so Drizzle is not loaded to read them. */
const tableName: unique symbol = Symbol.for("drizzle:Name");
const tableSchema: unique symbol = Symbol.for("drizzle:Schema");
const tableColumns: unique symbol = Symbol.for("drizzle:Columns");

/** A table, by its names in the database. */
export interface TableName {
  readonly schema: string;
  readonly table: string;
}

/** The tables of a Drizzle schema module, marked or not. */
export function schemaTables(schemaModule: object): readonly TableName[] {
  return Object.values(schemaModule).flatMap((value: unknown) => {
    if (typeof value !== "object" || value === null || !(tableColumns in value)) return [];
    const table = value as { readonly [tableName]?: unknown; readonly [tableSchema]?: unknown };
    const schema = table[tableSchema];
    return [{ schema: typeof schema === "string" ? schema : "public", table: String(table[tableName]) }];
  });
}
