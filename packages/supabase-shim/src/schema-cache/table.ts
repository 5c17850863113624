import type { ColumnEncryption } from "./column-encryption.ts";
import type { QualifiedName } from "./qualified-name.ts";
import type { Representation } from "./representations.ts";

export interface Column {
  readonly name: string;
  /** The type as `format_type` writes it under an empty search path: quoted and qualified, ready for SQL. */
  readonly type: string;
  /** The type below any domain, without modifiers: `jsonb`, `tsvector`, `text[]`. */
  readonly baseType: string;
  readonly nullable: boolean;
  /** The default expression as PostgreSQL prints it; identity columns have their `nextval(…)`. */
  readonly defaultExpression?: string;
}

/** A column with what is known of its type beside the column itself. */
export interface TableColumn extends Column {
  readonly representation?: Representation;
  readonly encryption?: ColumnEncryption;
}

/** A table, view, materialized view, foreign table or partitioned table. */
export interface Table extends QualifiedName {
  readonly isView: boolean;
  /** Writing to it runs no trigger and no rule and changes no other table, so nothing can set a response header meanwhile. */
  readonly plainWrites: boolean;
  readonly columns: ReadonlyMap<string, TableColumn>;
  /** A column is shown or read by a function of the team's own, so `*` is not just its columns. */
  readonly represented: boolean;
  /** A column is encrypted, so `*` is not just its columns either. */
  readonly encrypted: boolean;
  /** For a view: the key columns of its base table, where the view shows them all. */
  readonly primaryKey: readonly string[];
}
