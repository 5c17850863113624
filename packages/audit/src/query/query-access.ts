import type { Queryable } from "@offramp/db";
import { type AccessFilter, filterSql } from "./access-filter.ts";
import { type AccessRecord, readRecord, RECORD_JSON } from "./access-record.ts";
import { explainedError } from "./explained-error.ts";

/**
 * A page of records, newest first.
 *
 * @example
 * ```ts
 * import type { AccessPage } from "@offramp/audit";
 *
 * export function isLast(page: AccessPage): boolean {
 *   return page.next === null;
 * }
 * ```
 */
export interface AccessPage {
  readonly records: readonly AccessRecord[];
  /** Give it as `after` for the next page; null on the last. What is recorded meanwhile moves no page. */
  readonly next: string | null;
}

/**
 * What is asked for, and where to go on.
 *
 * @example
 * ```ts
 * import type { AccessQuery } from "@offramp/audit";
 *
 * const query: AccessQuery = { actor: "lena.ortiz", action: "READ", limit: 50 };
 * console.log(query.limit);
 * ```
 */
export interface AccessQuery extends AccessFilter {
  /** How many records a page has at most, 1 to 10,000. Default 100. */
  readonly limit?: number;
  /** The `next` of the page before. */
  readonly after?: string;
}

const MOST = 10_000;

/**
 * A page of the records that meet a filter, newest first.
 *
 * SQL: `select … from audit.phi_access_log where … and id < $n order by id desc limit $m`; a subject is found through the
 * index over `subjects`, an actor through the one over `actor_id`.
 *
 * @throws {RangeError} the limit, a time or the cursor is none.
 * @throws {Error} the connection may not read the trail, or there is none.
 */
export async function queryAccess(
  db: Queryable,
  { limit = 100, after, ...filter }: AccessQuery,
): Promise<AccessPage> {
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > MOST) {
    throw new RangeError(`The limit must be a whole number from 1 to ${MOST}; it is ${String(limit)}.`);
  }
  if (after !== undefined && !isCursor(after)) {
    throw new RangeError("`after` must be the `next` of the page before.");
  }
  const { sql, values } = filterSql(filter, [String(limit + 1), ...(after === undefined ? [] : [after])]);
  const from = after === undefined ? "" : "and id < $2::bigint";
  try {
    const rows = await db.query({
      text: `select ${RECORD_JSON} as record from audit.phi_access_log where ${sql} ${from} order by id desc limit $1::bigint`,
      values,
    });
    const records = rows.slice(0, limit).map(readRecord);
    return { records, next: rows.length > limit ? (records.at(-1)?.id ?? null) : null };
  } catch (error) {
    throw explainedError(error);
  }
}

function isCursor(text: string): boolean {
  return /^\d{1,19}$/.test(text) && BigInt(text) <= 9_223_372_036_854_775_807n;
}
