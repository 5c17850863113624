import type { QualifiedName } from "./qualified-name.ts";

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

/** A table, view, materialized view, foreign table or partitioned table. */
export interface Table extends QualifiedName {
  readonly isView: boolean;
  readonly columns: ReadonlyMap<string, Column>;
  /** For a view: the key columns of its base table, where the view shows them all. */
  readonly primaryKey: readonly string[];
}
