import type {
  DBQueryConfig,
  Query,
  Relation,
  SQL,
  TableRelationalConfig,
  TablesRelationalConfig,
} from "drizzle-orm";
import type { PgDeleteConfig, PgDialect, PgInsertConfig, PgTable, PgUpdateConfig } from "drizzle-orm/pg-core";

/** What a select is built from. Drizzle exports the builder's argument, not its name. */
export type SelectConfig = Parameters<PgDialect["buildSelectQuery"]>[0];

/** What a relational query (`db.query.profiles.findMany()`) is built from. */
export interface RelationalConfig {
  readonly fullSchema: Record<string, unknown>;
  readonly schema: TablesRelationalConfig;
  readonly tableNamesMap: Record<string, string>;
  readonly table: PgTable;
  readonly tableConfig: TableRelationalConfig;
  readonly queryConfig: true | DBQueryConfig<"many", true>;
  readonly tableAlias: string;
  readonly nestedQueryRelation?: Relation;
  readonly joinOn?: SQL;
}

/** What a statement was before it was text. */
export type Origin =
  | { readonly kind: "select"; readonly config: SelectConfig }
  | { readonly kind: "insert"; readonly config: PgInsertConfig }
  | { readonly kind: "update"; readonly config: PgUpdateConfig }
  | { readonly kind: "delete"; readonly config: PgDeleteConfig }
  | { readonly kind: "relational"; readonly config: RelationalConfig; readonly select: SelectConfig }
  | { readonly kind: "refresh" };

/** Kept beside Drizzle's objects, which stay as they are. */
const ofSql = new WeakMap<SQL, Origin>();
const ofQuery = new WeakMap<Query, { readonly sql: SQL; readonly origin: Origin | undefined }>();

export function noteOrigin<Built extends SQL>(sql: Built, origin: Origin): Built {
  ofSql.set(sql, origin);
  return sql;
}

/** Undefined for SQL that was written by hand. */
export function originOf(sql: SQL): Origin | undefined {
  return ofSql.get(sql);
}

export function noteQuery<Compiled extends Query>(query: Compiled, sql: SQL): Compiled {
  ofQuery.set(query, { sql, origin: ofSql.get(sql) });
  return query;
}

/** What a compiled query was made of; undefined when another dialect made it. */
export function sourceOf(
  query: Query,
): { readonly sql: SQL; readonly origin: Origin | undefined } | undefined {
  return ofQuery.get(query);
}
