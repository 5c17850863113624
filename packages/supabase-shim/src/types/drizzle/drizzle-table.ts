/*
 * What is used of Drizzle's tables, views and relations, by their form: nothing of Drizzle is imported, and any copy of
 * it will do.
 */

/** A table, with its names in the database. */
export interface DrizzleTable {
  readonly _: { readonly name: string; readonly schema: string | undefined; readonly columns: object };
}

/** A view or materialized view. */
export interface DrizzleView {
  readonly _: { readonly name: string; readonly existing: boolean; readonly selectedFields: object };
}

/** What `relations()` makes. */
export interface DrizzleRelations {
  readonly $brand: "Relations";
  readonly table: { readonly _: { readonly name: string } };
  readonly config: (helpers: never) => object;
}

/** What a column's type tells of it. */
export interface DrizzleColumn {
  readonly _: {
    readonly name: string;
    readonly dataType: string;
    readonly columnType: string;
    readonly data: unknown;
    readonly notNull: boolean;
    readonly hasDefault: boolean;
  };
}

/** The schema of a table that names none. */
export type SchemaNameOf<Table extends DrizzleTable> = Table["_"]["schema"] extends string
  ? Table["_"]["schema"]
  : "public";
