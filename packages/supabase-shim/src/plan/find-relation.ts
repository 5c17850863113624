import { err, ok, type PlanError, type Result } from "../errors/index.ts";
import { findTable, type Table } from "../schema-cache/index.ts";
import type { PlanContext } from "./plan-context.ts";

/** The relation that a request names. Fails with PGRST205. */
export function findRelation({ cache, schema }: PlanContext, name: string): Result<Table, PlanError> {
  const table = findTable(cache, { schema, name });
  if (table !== undefined) return ok(table);
  const close = cache.tableNames.closest(name, schema);
  const suggestion =
    close === undefined ? {} : { suggestion: `Perhaps you meant the table '${schema}.${close}'` };
  return err({ kind: "unknownTable", schema, name, ...suggestion });
}
