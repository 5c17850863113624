/** A column by its names in the database. Both go into every encrypted value, so renaming one makes them unreadable. */
export interface ColumnPlace {
  readonly schema: string;
  readonly table: string;
  readonly column: string;
}

/** Where a value stands: its column, and the primary key of its row as PostgreSQL prints it, in the key's own order. */
export interface ValuePlace extends ColumnPlace {
  readonly row: readonly string[];
}

export function columnName({ schema, table, column }: ColumnPlace): string {
  return `${schema}.${table}.${column}`;
}
