import type { Database } from "@offramp/db";
import { period } from "../query/moment.ts";
import type { VerifyReport } from "../verify/verify-trail.ts";
import { type ActivityReview, activityReview } from "./activity-review.ts";
import { reportFigures, type ReportFigures, type TimelineUnit } from "./report-figures.ts";
import { checkedReview, type ReviewOptions } from "./review-options.ts";

/**
 * What a report is of.
 *
 * @example
 * ```ts
 * import type { ReportOptions } from "@offramp/audit";
 *
 * const options: ReportOptions = {
 *   title: "Access to patient data, November 2026",
 *   between: ["2026-11-01T00:00:00-05:00", "2026-12-01T00:00:00-06:00"],
 *   timeZone: "America/Chicago",
 * };
 * console.log(options.title);
 * ```
 */
export interface ReportOptions extends ReviewOptions {
  /** Default: `Access to patient data`. */
  readonly title?: string;
  /** Whether the whole trail is verified, which reads every record of it. Default true. */
  readonly verify?: boolean;
  /** How many users and how many patients the tables have at most, 1 to 100,000. Default 2,000. */
  readonly rows?: number;
}

/**
 * All that a report says, as plain data. {@link renderReport} makes a page of it.
 *
 * @example
 * ```ts
 * import type { TrailReport } from "@offramp/audit";
 *
 * export function verdict({ integrity }: TrailReport): string {
 *   if (integrity === null) return "not verified";
 *   return integrity.intact ? "intact" : `${integrity.findings.length} findings`;
 * }
 * ```
 */
export interface TrailReport {
  readonly title: string;
  /** ISO 8601, with the offset that it was asked for with. */
  readonly between: readonly [from: string, to: string];
  readonly timeZone: string;
  readonly generatedAt: string;
  /** `host:port/database as user`. */
  readonly database: string;
  readonly unit: TimelineUnit;
  readonly figures: ReportFigures;
  readonly review: ActivityReview;
  /** Null where the trail was not verified. */
  readonly integrity: VerifyReport | null;
  /** Calls of which there is no record, in the whole trail; null where it was not verified. */
  readonly unaccounted: number | null;
}

/**
 * Counts, reviews and verifies.
 *
 * @throws {RangeError} a time is none, the time zone is not known, or a number is not within its bounds.
 * @throws {Error} the connection may not read the trail, or there is none.
 */
export async function trailReport(
  db: Database,
  options: ReportOptions,
  verify: () => Promise<VerifyReport>,
): Promise<TrailReport> {
  const { title = "Access to patient data", rows = 2_000 } = options;
  const checked = checkedReview(options);
  if (!Number.isSafeInteger(rows) || rows < 1 || rows > 100_000)
    throw new RangeError(`report: rows must be a whole number from 1 to 100000; it is ${String(rows)}.`);
  const between = period(checked.between);
  const unit = unitOf(between);
  // One snapshot, so that no figure disagrees with another.
  const [figures, review] = await db.transaction(
    async (snapshot) => [
      await reportFigures(snapshot, checked, { unit, rows }),
      await activityReview(snapshot, options),
    ],
    { isolation: "repeatable read", readOnly: true },
  );
  const verified = options.verify ?? true;
  return {
    title,
    between,
    timeZone: checked.timeZone,
    generatedAt: new Date().toISOString(),
    database: db.description,
    unit,
    figures,
    review,
    integrity: verified ? await verify() : null,
    unaccounted: verified ? await unaccountedCalls(db) : null,
  };
}

const DAY_MS = 86_400_000;

/** The finest unit that still makes bars which can be told apart. */
function unitOf([from, to]: readonly [string, string]): TimelineUnit {
  const length = Date.parse(to) - Date.parse(from);
  if (length <= 4 * DAY_MS) return "hour";
  if (length <= 120 * DAY_MS) return "day";
  return length <= 3 * 366 * DAY_MS ? "week" : "month";
}

async function unaccountedCalls(db: Database): Promise<number> {
  const [row] = await db.query({
    text: "select coalesce(sum(unaccounted), 0)::text as calls from audit.unaccounted_calls",
  });
  return Number(row?.["calls"] ?? 0);
}
