import type { Query, SQL } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import { noteOrigin, noteQuery, originOf, type RelationalConfig } from "./origin.ts";

/** Writes the same SQL as Drizzle's own dialect, and remembers what it was written from. */
export class AuditedDialect extends PgDialect {
  /** With the casing of the dialect that it stands for. */
  constructor(dialect: PgDialect) {
    super();
    Object.assign(this, { casing: (dialect as unknown as { readonly casing: unknown }).casing });
  }

  override buildSelectQuery(config: Parameters<PgDialect["buildSelectQuery"]>[0]): SQL {
    return noteOrigin(super.buildSelectQuery(config), { kind: "select", config: { ...config } });
  }

  override buildInsertQuery(config: Parameters<PgDialect["buildInsertQuery"]>[0]): SQL {
    return noteOrigin(super.buildInsertQuery(config), { kind: "insert", config: { ...config } });
  }

  override buildUpdateQuery(config: Parameters<PgDialect["buildUpdateQuery"]>[0]): SQL {
    return noteOrigin(super.buildUpdateQuery(config), { kind: "update", config: { ...config } });
  }

  override buildDeleteQuery(config: Parameters<PgDialect["buildDeleteQuery"]>[0]): SQL {
    return noteOrigin(super.buildDeleteQuery(config), { kind: "delete", config: { ...config } });
  }

  override buildRefreshMaterializedViewQuery(
    config: Parameters<PgDialect["buildRefreshMaterializedViewQuery"]>[0],
  ): SQL {
    return noteOrigin(super.buildRefreshMaterializedViewQuery(config), { kind: "refresh" });
  }

  override buildRelationalQueryWithoutPK(
    config: RelationalConfig,
  ): ReturnType<PgDialect["buildRelationalQueryWithoutPK"]> {
    const built = super.buildRelationalQueryWithoutPK(config);
    const sql = built.sql as SQL;
    const select = originOf(sql);
    if (select?.kind === "select") noteOrigin(sql, { kind: "relational", config, select: select.config });
    return built;
  }

  override sqlToQuery(sql: SQL, invokeSource?: "indexes"): ReturnType<PgDialect["sqlToQuery"]> {
    return noteQuery(super.sqlToQuery(sql, invokeSource), sql) satisfies Query;
  }
}
