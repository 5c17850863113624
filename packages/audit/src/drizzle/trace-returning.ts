import type { SQL } from "drizzle-orm";
import type { PgDialect } from "drizzle-orm/pg-core";
import { tableAlias, tableName } from "./drizzle-names.ts";
import type { Origin } from "./origin.ts";
import type { PhiMap } from "./phi-map.ts";
import { TRACE, traceEntry, traceList } from "./trace.ts";

/** What is used of Drizzle's dialect and of the map. */
export interface ChangeTracing {
  readonly dialect: PgDialect;
  readonly map: PhiMap;
}

/** An insert, update or delete that returns the trace of each row it changed, after what it returns already. */
export function tracedChange(
  { dialect, map }: ChangeTracing,
  origin: Extract<Origin, { kind: "insert" | "update" | "delete" }>,
): SQL | undefined {
  const { table } = origin.config;
  const { schema, name } = tableName(table);
  const relation = map.find(schema, name);
  const entry = relation === undefined ? undefined : traceEntry(tableAlias(table), relation);
  if (entry === undefined) return undefined;
  const returning = [
    ...(origin.config.returning ?? []),
    { path: [TRACE], field: traceList([entry]).as(TRACE) },
  ];
  switch (origin.kind) {
    case "insert":
      return dialect.buildInsertQuery({ ...origin.config, returning });
    case "update":
      return dialect.buildUpdateQuery({ ...origin.config, returning });
    case "delete":
      return dialect.buildDeleteQuery({ ...origin.config, returning });
  }
}
