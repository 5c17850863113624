import { ServerError } from "../errors/server-error.ts";
import type { Queryable, Row } from "../port.ts";
import { quoteIdentifier } from "../quote-identifier.ts";

/**
 * What PostgreSQL has counted of one statement, of all its calls.
 *
 * @example
 * import { connect, statementStatistics, type StatementStatistics } from "@offramp/db";
 *
 * const line = ({ calls, meanMs, text }: StatementStatistics): string => `${calls} × ${meanMs} ms  ${text ?? "(hidden)"}`;
 * const summary = await statementStatistics(connect(), { limit: 10 });
 * if (summary.available) console.log(summary.statements.map(line).join("\n"));
 */
export interface StatementStatistics {
  /** As the extension normalised it, with `$1` in the place of values; undefined where this role may not see it. */
  readonly text: string | undefined;
  readonly calls: number;
  /** Milliseconds of execution. */
  readonly totalMs: number;
  readonly meanMs: number;
  readonly rows: number;
  /** Of the blocks that it needed, the share that was in shared buffers, from 0 to 1; undefined where it needed none. */
  readonly hitRatio: number | undefined;
}

/**
 * The statements, or why there are none.
 *
 * @example
 * import { connect, statementStatistics, type StatisticsSummary } from "@offramp/db";
 *
 * const summary: StatisticsSummary = await statementStatistics(connect());
 * console.log(summary.available ? summary.statements.length : summary.remedy);
 */
export type StatisticsSummary =
  | { readonly available: true; readonly statements: readonly StatementStatistics[] }
  | {
      readonly available: false;
      /** The extension is not in this database, its library is not loaded, or the role has no right on its view. */
      readonly why: "not installed" | "not loaded" | "no right";
      readonly remedy: string;
    };

/**
 * How many, and which come first.
 *
 * @example
 * import { connect, type StatisticsOptions, statementStatistics } from "@offramp/db";
 *
 * const options: StatisticsOptions = { limit: 5, by: "meanMs" };
 * console.log(await statementStatistics(connect(), options));
 */
export interface StatisticsOptions {
  /** Default 20. */
  readonly limit?: number;
  /** The largest first. Default `totalMs`. */
  readonly by?: "totalMs" | "meanMs" | "calls" | "rows";
}

const ORDER = { totalMs: "total_exec_time", meanMs: "mean_exec_time", calls: "calls", rows: "rows" } as const;
const NOT_LOADED = "55000";
const NO_RIGHT = "42501";
/** What the extension shows in the place of another role's statement. */
const HIDDEN = "<insufficient privilege>";

/**
 * The statements of this database that cost most, as the extension `pg_stat_statements` counted them. It takes values out
 * of statements, but not of those that it does not plan (`ALTER ROLE … PASSWORD`), which are left out here.
 *
 * Sends `select … from pg_stat_statements where dbid = …`, in the schema where the extension is.
 * Source: PostgreSQL's documentation, "pg_stat_statements" (since version 13).
 *
 * @throws {ServerError} for another reason than those that the result tells of.
 *
 * @example
 * import { connect, statementStatistics } from "@offramp/db";
 *
 * const db = connect();
 * const summary = await statementStatistics(db, { limit: 3 });
 * console.log(summary.available ? summary.statements : summary.remedy);
 * await db.close();
 */
export async function statementStatistics(
  db: Queryable,
  { limit = 20, by = "totalMs" }: StatisticsOptions = {},
): Promise<StatisticsSummary> {
  if (!Number.isInteger(limit) || limit < 1)
    throw new TypeError(`statementStatistics(): limit must be a whole number from 1, got ${limit}`);
  if (!Object.hasOwn(ORDER, by))
    throw new TypeError(`statementStatistics(): by must be one of ${Object.keys(ORDER).join(", ")}`);
  const [extension] = await db.query({
    text: `select n.nspname as schema from pg_extension as e join pg_namespace as n on n.oid = e.extnamespace
      where e.extname = 'pg_stat_statements'`,
    readOnly: true,
  });
  if (extension === undefined)
    return {
      available: false,
      why: "not installed",
      remedy:
        "Add pg_stat_statements to shared_preload_libraries (on RDS in the parameter group), restart, and run in this database: create extension pg_stat_statements.",
    };
  try {
    const view = `${quoteIdentifier(extension["schema"] ?? "")}.pg_stat_statements`;
    return { available: true, statements: (await read(db, view, { limit, by })).map(asStatistics) };
  } catch (error) {
    const refused = error instanceof ServerError ? refusal(error.code) : undefined;
    if (refused === undefined) throw error;
    return refused;
  }
}

function read(
  db: Queryable,
  view: string,
  { limit, by }: Required<StatisticsOptions>,
): Promise<readonly Row[]> {
  return db.query({
    // One statement of several roles, or at top level and inside functions, is one here.
    text: `select query, sum(calls) as calls, sum(total_exec_time) as total_exec_time,
        sum(total_exec_time) / sum(calls) as mean_exec_time, sum(rows) as rows,
        sum(shared_blks_hit) / nullif(sum(shared_blks_hit + shared_blks_read), 0) as hit_ratio
      from ${view} where dbid = (select oid from pg_database where datname = current_database()) and calls > 0
        and query !~* '^\\s*(alter|create)\\s+(role|user|group)|^\\s*(create|alter)\\s+(server|subscription)'
      group by query, queryid order by ${ORDER[by]} desc limit $1::int`,
    values: [String(limit)],
    readOnly: true,
  });
}

function asStatistics(row: Row): StatementStatistics {
  const text = row["query"] ?? undefined;
  const ratio = row["hit_ratio"];
  return {
    text: text === HIDDEN ? undefined : text,
    calls: Number(row["calls"]),
    totalMs: Number(row["total_exec_time"]),
    meanMs: Number(row["mean_exec_time"]),
    rows: Number(row["rows"]),
    hitRatio: ratio === null || ratio === undefined ? undefined : Number(ratio),
  };
}

function refusal(code: string): StatisticsSummary | undefined {
  if (code === NOT_LOADED)
    return {
      available: false,
      why: "not loaded",
      remedy:
        "The extension is there, but the server does not count: add pg_stat_statements to shared_preload_libraries and restart.",
    };
  if (code !== NO_RIGHT) return undefined;
  return {
    available: false,
    why: "no right",
    remedy: "Grant the role pg_read_all_stats, and select on the view pg_stat_statements.",
  };
}
