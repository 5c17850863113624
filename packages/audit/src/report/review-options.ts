import type { AccessFilter } from "../query/access-filter.ts";

/**
 * What counts as worth a look.
 *
 * @example
 * ```ts
 * import type { ReviewOptions } from "@offramp/audit";
 *
 * const options: ReviewOptions = {
 *   between: ["2026-11-01", "2026-12-01"],
 *   timeZone: "America/Chicago",
 *   workingHours: { from: 7, to: 19, days: [1, 2, 3, 4, 5] },
 *   manySubjects: 50,
 * };
 * console.log(options.timeZone);
 * ```
 */
export interface ReviewOptions {
  readonly between: NonNullable<AccessFilter["between"]>;
  /** In which hours and days are meant: an IANA name. Default UTC. */
  readonly timeZone?: string;
  /** Default 7 to 19, Monday to Friday. */
  readonly workingHours?: WorkingHours;
  /** From how many patients on one call is unusual. Default 100. */
  readonly manySubjects?: number;
  /** How many entries each list of single accesses has at most, 1 to 100,000. Default 500. */
  readonly limit?: number;
}

/**
 * When work is usual. From 22 to 6 is a night: the hours after midnight belong to the day on which it began.
 *
 * @example
 * ```ts
 * import type { WorkingHours } from "@offramp/audit";
 *
 * const office: WorkingHours = { from: 7, to: 19, days: [1, 2, 3, 4, 5] };
 * console.log(office.to - office.from);
 * ```
 */
export interface WorkingHours {
  /** The first full hour, 0 to 23. */
  readonly from: number;
  /** The hour that is not part of it any more, 1 to 24, and 0 for midnight. */
  readonly to: number;
  /** Days of the week, 1 for Monday to 7 for Sunday. */
  readonly days: readonly number[];
}

/** @throws {RangeError} the time zone is not known, or a number is not within its bounds. */
export function checkedReview(options: ReviewOptions): Required<ReviewOptions> {
  const {
    between,
    timeZone = "UTC",
    workingHours = { from: 7, to: 19, days: [1, 2, 3, 4, 5] },
    manySubjects = 100,
    limit = 500,
  } = options;
  const { from, to, days } = workingHours;
  within("workingHours.from", from, [0, 23]);
  within("workingHours.to", to, [0, 24]);
  for (const day of days) within("a day of workingHours.days", day, [1, 7]);
  if (from === to) {
    throw new RangeError("activityReview: workingHours.from and .to must differ; the whole day is 0 to 24.");
  }
  within("manySubjects", manySubjects, [1, Number.MAX_SAFE_INTEGER]);
  within("limit", limit, [1, 100_000]);
  if (!isTimeZone(timeZone)) {
    throw new RangeError("activityReview: timeZone must be an IANA name such as America/Chicago.");
  }
  return { between, timeZone, workingHours: { from, to: to === 0 ? 24 : to, days }, manySubjects, limit };
}

function within(what: string, value: number, [least, most]: readonly [number, number]): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  throw new RangeError(
    `activityReview: ${what} must be a whole number from ${least} to ${most}; it is ${String(value)}.`,
  );
}

function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
