import type { Database, Queryable } from "@offramp/db";

import { CHECKPOINT_TABLES } from "./checkpoint-tables.ts";
import { type PlannedTable, readPlanned, writePlan } from "./checkpoints.ts";
import { CopyRefusedError } from "./copy-refused-error.ts";
import { defer } from "./deferred.ts";
import type { Snapshot } from "../tables/snapshot.ts";
import { splitLeaf } from "./split-leaf.ts";
import { fingerprint, type Survey } from "../tables/survey.ts";
import { relationSql, tableText } from "../tables/table-name.ts";
import type { TablePlan } from "../tables/table-plan.ts";

/** Whether an earlier run of the same copy left something. */
export interface Resumption {
  readonly resumed: boolean;
  /** Tables without a key that have to be copied again as a whole. */
  readonly again: readonly string[];
}

/** Two copies must not plan at once: the number is Offramp's own. */
const PLANNING_LOCK = "7823460912";

/**
 * Compares what was planned before with what is wanted now.
 *
 * @throws {CopyRefusedError} it does not fit, or the target has rows that no copy wrote.
 */
export async function checkEarlierRuns(
  target: Database,
  wanted: Survey,
): Promise<ReadonlyMap<string, PlannedTable>> {
  const planned = await readPlanned(target);
  const obstacles: string[] = [];
  for (const plan of wanted.tables) {
    const name = tableText(plan.source);
    const earlier = planned.get(name);
    if (earlier === undefined) continue;
    if (earlier.sourceDatabase !== wanted.sourceDatabase)
      obstacles.push(`${name}: an earlier copy took it from another database. Give --restart to begin anew.`);
    else if (earlier.fingerprint !== fingerprint(plan))
      obstacles.push(
        `${name}: its transforms have changed since a copy began. Give --restart to begin anew.`,
      );
  }
  const fresh = wanted.tables.filter(({ source }) => !planned.has(tableText(source)));
  for (const name of await filledTables(target, fresh))
    obstacles.push(
      `${name}: the target has rows in it already. Empty it, skip it, or give --restart to have it emptied.`,
    );
  if (obstacles.length > 0) throw new CopyRefusedError(obstacles);
  return planned;
}

/**
 * Writes down what will be copied and takes off the target's tables what is deferred, in one transaction.
 *
 * @param snapshot what the source's tables are cut under.
 */
export async function prepareTarget(
  target: Database,
  wanted: Survey,
  {
    snapshot,
    chunkBytes,
    restart,
  }: { readonly snapshot: Snapshot; readonly chunkBytes: number; readonly restart: boolean },
): Promise<Resumption> {
  return target.transaction(async (transaction) => {
    await transaction.query({ text: "select pg_advisory_xact_lock($1::bigint)", values: [PLANNING_LOCK] });
    await transaction.query({ text: CHECKPOINT_TABLES, script: true });
    if (restart) await empty(transaction, wanted.tables);
    const planned = await readPlanned(transaction);
    const fresh = wanted.tables.filter(({ source }) => !planned.has(tableText(source)));
    await defer(
      transaction,
      fresh.map((plan) => plan.target),
    );
    for (const plan of fresh) {
      const parts = [];
      for (const leaf of plan.leaves)
        for (const range of await splitLeaf(snapshot.db, plan, { leaf, chunkBytes }))
          parts.push({ leaf, range });
      await writePlan(transaction, plan, {
        sourceDatabase: wanted.sourceDatabase,
        fingerprint: fingerprint(plan),
        parts,
      });
    }
    return {
      resumed: wanted.tables.some(({ source }) => (planned.get(tableText(source))?.done ?? 0) > 0),
      again: await repeatKeyless(transaction, [...planned.values()]),
    };
  });
}

/** Without a key nobody can say which rows of a half-copied table another snapshot shows: it is copied again. */
async function repeatKeyless(transaction: Queryable, planned: readonly PlannedTable[]): Promise<string[]> {
  const half = planned.filter(({ keyed, chunks, done }) => !keyed && done > 0 && done < chunks);
  for (const { source, target } of half) {
    await transaction.query({ text: `truncate ${relationSql(target)}` });
    await transaction.query({
      text: "update offramp.copy_chunk set done_at = null, snapshot = null where source_schema = $1 and source_table = $2",
      values: [source.schema, source.table],
    });
  }
  return half.map(({ source }) => tableText(source));
}

async function empty(transaction: Queryable, plans: readonly TablePlan[]): Promise<void> {
  if (plans.length > 0)
    await transaction.query({ text: `truncate ${plans.map((plan) => relationSql(plan.target)).join(", ")}` });
  await transaction.query({
    text: `delete from offramp.copy_table t using json_to_recordset($1) as w(schema text, "table" text)
      where t.source_schema = w.schema and t.source_table = w."table"`,
    values: [JSON.stringify(plans.map(({ source }) => source))],
  });
}

async function filledTables(target: Database, plans: readonly TablePlan[]): Promise<string[]> {
  if (plans.length === 0) return [];
  const texts = plans.map(
    (plan, index) => `select ${index} as place where exists (select 1 from ${relationSql(plan.target)})`,
  );
  const rows = await target.query({ text: texts.join(" union all "), readOnly: true });
  return rows.map((row) => {
    const plan = plans[Number(row["place"])];
    return plan === undefined ? "" : tableText(plan.target);
  });
}
