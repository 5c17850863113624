import { type Database, quoteIdentifier } from "@offramp/db";

import { relationSql, type TableName, tableText } from "../tables/table-name.ts";
import { isPlain, type TablePlan } from "../tables/table-plan.ts";

/** What the comparison within the pause found. */
export interface TailComparison {
  /** Tables whose rows differ, by name. */
  readonly different: readonly string[];
  /** Tables that were not compared, and why. */
  readonly notCompared: readonly string[];
}

/** Larger tables would make the pause longer; they were compared before it. */
const LARGEST_ROWS = 1_000_000;

/**
 * Compares counts and checksums of the tables on both servers, side by side, while nobody writes. `offramp verify` compares the
 * rest, and names rows.
 *
 * SQL: `select count(*), sum(hashtextextended(row(a::text, b::text)::text, 0)) from t`
 */
export async function verifyTail(
  databases: { readonly source: Database; readonly target: Database },
  plans: readonly TablePlan[],
): Promise<TailComparison> {
  const different: string[] = [];
  const notCompared: string[] = [];
  for (const plan of plans) {
    const name = tableText(plan.source);
    if (!isPlain(plan)) {
      notCompared.push(`${name}: its rows are changed on the way`);
      continue;
    }
    const rows = plan.leaves.reduce((sum, leaf) => sum + Math.max(0, leaf.rows), 0);
    const whole = rows <= LARGEST_ROWS;
    if (!whole) notCompared.push(`${name}: only its rows were counted, there are about ${rows}`);
    const [from, to] = await Promise.all([
      summary(databases.source, plan.source, whole ? plan.columns.map(({ source }) => source) : []),
      summary(databases.target, plan.target, whole ? plan.columns.map(({ target }) => target) : []),
    ]);
    if (from !== to) different.push(name);
  }
  return { different, notCompared };
}

async function summary(db: Database, table: TableName, columns: readonly string[]): Promise<string> {
  const values = columns.map((column) => `${quoteIdentifier(column)}::text`).join(", ");
  const sum = columns.length === 0 ? "0" : `coalesce(sum(hashtextextended(row(${values})::text, 0)), 0)`;
  const [row] = await db.query({
    text: `select count(*)::text as rows, ${sum}::text as sum from ${relationSql(table)}`,
  });
  return `${row?.["rows"]} ${row?.["sum"]}`;
}
