import type { Query, SQL } from "drizzle-orm";
import type { PgDialect } from "drizzle-orm/pg-core";
import { noteOrigin, noteQuery, originOf, type RelationalConfig } from "./origin.ts";

/** Tells another wrapper, such as `encryptedDrizzle`, that the trail is on already. */
const AUDITED = Symbol.for("offramp.audited");

type Config<Build extends keyof PgDialect> = PgDialect[Build] extends (config: infer Given) => unknown
  ? Given
  : never;

/**
 * Writes the same SQL as the dialect it stands for, and remembers what it was written from. It inherits from that very
 * object, so a dialect of another wrapper (one that encrypts) keeps writing what it writes, at any depth of a query:
 * `this` is whatever dialect was asked, which may inherit from this one in turn.
 */
export function auditedDialect(base: PgDialect): PgDialect {
  const noting: Partial<PgDialect> & ThisType<PgDialect> = {
    buildSelectQuery(config: Config<"buildSelectQuery">): SQL {
      return noteOrigin(base.buildSelectQuery.call(this, config), { kind: "select", config: { ...config } });
    },

    buildInsertQuery(config: Config<"buildInsertQuery">): SQL {
      return noteOrigin(base.buildInsertQuery.call(this, config), { kind: "insert", config: { ...config } });
    },

    buildUpdateQuery(config: Config<"buildUpdateQuery">): SQL {
      return noteOrigin(base.buildUpdateQuery.call(this, config), { kind: "update", config: { ...config } });
    },

    buildDeleteQuery(config: Config<"buildDeleteQuery">): SQL {
      return noteOrigin(base.buildDeleteQuery.call(this, config), { kind: "delete", config: { ...config } });
    },

    buildRefreshMaterializedViewQuery(config: Config<"buildRefreshMaterializedViewQuery">): SQL {
      return noteOrigin(base.buildRefreshMaterializedViewQuery.call(this, config), { kind: "refresh" });
    },

    buildRelationalQueryWithoutPK(
      config: RelationalConfig,
    ): ReturnType<PgDialect["buildRelationalQueryWithoutPK"]> {
      const built = base.buildRelationalQueryWithoutPK.call(this, config);
      const sql = built.sql as SQL;
      const select = originOf(sql);
      if (select?.kind === "select") noteOrigin(sql, { kind: "relational", config, select: select.config });
      return built;
    },

    sqlToQuery(sql: SQL, invokeSource?: "indexes"): ReturnType<PgDialect["sqlToQuery"]> {
      return noteQuery(base.sqlToQuery.call(this, sql, invokeSource), sql) satisfies Query;
    },
  };
  return Object.assign(Object.create(base) as PgDialect, noting, { [AUDITED]: true });
}
