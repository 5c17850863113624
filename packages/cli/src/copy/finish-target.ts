import { type Database, ServerError } from "@offramp/db";

import type { CopyOptions } from "./copy-options.ts";
import { type Deferred, readDeferred, restore } from "./deferred.ts";
import { inParallel } from "./in-parallel.ts";
import { relationSql } from "../tables/table-name.ts";
import type { TablePlan } from "../tables/table-plan.ts";

/** What could not be put back on the target's tables. The rows are there. */
class RestoreError extends Error {
  override readonly name = "RestoreError";

  constructor(failures: readonly string[]) {
    super(
      `The rows are copied, but these could not be put back:\n${failures.map((line) => `  ${line}`).join("\n")}\nMend the cause, then run "offramp copy" again: it copies nothing twice and puts back the rest.`,
    );
  }
}

/**
 * Puts back what was deferred (indexes first, each kind in parallel), refreshes materialized views and has PostgreSQL
 * look at the tables.
 *
 * @throws {RestoreError} something cannot be put back.
 */
export async function finishTarget(
  target: Database,
  plans: readonly TablePlan[],
  { jobs, watcher, signal }: Pick<CopyOptions, "jobs" | "watcher" | "signal">,
): Promise<void> {
  const deferred = await readDeferred(target);
  const failures: string[] = [];
  if (deferred.length > 0) watcher.note(`Putting back ${summary(deferred)} …`);
  for (const phase of new Set(deferred.map((each) => each.phase))) {
    const now = deferred.filter((each) => each.phase === phase);
    await inParallel(now, jobs, async (each) => {
      signal.throwIfAborted();
      try {
        await restore(target, each);
      } catch (error) {
        if (!(error instanceof ServerError)) throw error;
        failures.push(`${each.table}: ${each.what}: ${reason(error)}`);
      }
    });
  }
  if (failures.length > 0) throw new RestoreError(failures);
  await refreshViews(target, plans);
  const tables = plans.map((plan) => relationSql(plan.target)).join(", ");
  if (tables !== "") await target.query({ text: `analyze ${tables}` });
}

async function refreshViews(target: Database, plans: readonly TablePlan[]): Promise<void> {
  const schemas = [...new Set(plans.map((plan) => plan.target.schema))];
  // A view is younger than those that it reads from.
  const views = await target.query({
    text: `select n.nspname as schema, c.relname as table from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'm' and n.nspname = any (array(select json_array_elements_text($1::json))) order by c.oid`,
    values: [JSON.stringify(schemas)],
  });
  for (const view of views)
    await target.query({
      text: `refresh materialized view ${relationSql({ schema: view["schema"] ?? "", table: view["table"] ?? "" })}`,
    });
}

function reason(error: ServerError): string {
  // 23503: rows point to some that are not there. PostgreSQL's detail would quote the key.
  if (error.code === "23503") return "rows refer to rows that the target does not have (SQLSTATE 23503)";
  return `${error.message} (SQLSTATE ${error.code})`;
}

function summary(deferred: readonly Deferred[]): string {
  const kinds = [
    [1, "indexes"],
    [2, "foreign keys"],
    [3, "triggers"],
    [4, "forced policies"],
  ] as const;
  return kinds
    .map(([phase, name]) => [deferred.filter((each) => each.phase === phase).length, name] as const)
    .filter(([count]) => count > 0)
    .map(([count, name]) => `${count} ${name}`)
    .join(", ");
}
