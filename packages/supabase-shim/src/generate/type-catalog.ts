import type { Queryable } from "@offramp/db";
import { TYPE_CATALOG_SQL } from "./type-catalog-sql.ts";

/** A column as a generated type sees it. Types are oids, to be looked up in {@link TypeCatalog.types}. */
export interface ColumnFacts {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
  readonly hasDefault: boolean;
  /** Never written by anyone: an identity column GENERATED ALWAYS, or a generated one. */
  readonly generatedAlways: boolean;
  readonly updatable: boolean;
}

/** A table, foreign table, view or materialized view. */
export interface RelationFacts {
  readonly schema: string;
  readonly name: string;
  readonly isView: boolean;
  /** Takes INSERT and UPDATE, by itself or by its triggers' leave. */
  readonly updatable: boolean;
  /** For a view: its rows are rows of what it selects from, and no outer join, set operation or grouping set adds nulls. */
  readonly addsNoNulls: boolean;
  readonly columns: readonly ColumnFacts[];
}

/** A type, by what a generated type must know of it. */
export interface TypeFacts {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
  /** The element's type, of an array. */
  readonly element: string | null;
  /** The type that a domain stands on. */
  readonly base: string | null;
  /** The labels of an enum, in their order. */
  readonly labels: readonly string[] | null;
  /** The attributes of a composite type that is no relation's. */
  readonly attributes: readonly { readonly name: string; readonly type: string }[] | null;
  /** The relation whose rows have this type. */
  readonly relation: { readonly isView: boolean } | null;
}

/** An argument, or a column of `RETURNS TABLE` (`mode` is then `t`). */
export interface ArgumentFacts {
  readonly name: string;
  readonly type: string;
  readonly mode: "i" | "o" | "b" | "v" | "t";
  readonly hasDefault: boolean;
}

export interface RoutineFacts {
  readonly schema: string;
  readonly name: string;
  readonly arguments: readonly ArgumentFacts[];
  readonly returns: string;
  readonly returnsSet: boolean;
  /** `ROWS 1`: a set that is known to hold one row. */
  readonly returnsOne: boolean;
}

/** What generated types are made of, read in one query. */
export interface TypeCatalog {
  /** Those that were asked for and are there. */
  readonly schemas: readonly string[];
  readonly relations: readonly RelationFacts[];
  readonly routines: readonly RoutineFacts[];
  readonly types: ReadonlyMap<string, TypeFacts>;
}

interface CatalogRow extends Omit<TypeCatalog, "types"> {
  readonly types: readonly TypeFacts[];
}

export async function readTypeCatalog(db: Queryable, schemas: readonly string[]): Promise<TypeCatalog> {
  const [row] = await db.query({ text: TYPE_CATALOG_SQL, values: [JSON.stringify(schemas)] });
  const { types, ...catalog } = JSON.parse(row?.["json"] ?? "{}") as CatalogRow;
  return { ...catalog, types: new Map(types.map((type) => [type.oid, type])) };
}
