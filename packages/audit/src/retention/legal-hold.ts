import type { Queryable } from "@offramp/db";

/**
 * What must not leave the trail: the records of a patient, of a time, or of a patient in a time.
 *
 * @example
 * ```ts
 * import type { LegalHold } from "@offramp/audit";
 *
 * const hold: LegalHold = {
 *   subject: "7d2f6b1e-0000-4000-8000-000000000000",
 *   reason: "Case 26-114, counsel's letter of 2026-11-02",
 * };
 * console.log(hold.reason);
 * ```
 */
export type LegalHold = {
  /** Why, in words. No PHI: whoever examines the trail reads it. */
  readonly reason: string;
} & (
  | { readonly subject: string; readonly between?: Period }
  | { readonly subject?: undefined; readonly between: Period }
);

/** From the first moment on, and before the second: ISO 8601 with its zone, or a Date. */
type Period = readonly [from: string | Date, to: string | Date];

/** Places a hold and resolves to its number. It holds from this moment on, also against a `retain` that is running. */
export async function placeHold(db: Queryable, { subject, between, reason }: LegalHold): Promise<string> {
  const [from, to] = between ?? [];
  const [row] = await db.query({
    text: `insert into audit.legal_hold (subject, held_from, held_to, reason)
      values ($1, $2::timestamptz, $3::timestamptz, $4) returning id`,
    values: [subject ?? null, moment(from), moment(to), reason],
  });
  return row?.["id"] ?? "";
}

/** Releases a hold. That it was there stays on record. */
export async function releaseHold(db: Queryable, hold: string, reason: string): Promise<void> {
  await db.query({
    text: "insert into audit.legal_hold_release (hold, reason) values ($1::bigint, $2)",
    values: [hold, reason],
  });
}

function moment(given: string | Date | undefined): string | null {
  if (given === undefined) return null;
  const date = new Date(given);
  if (Number.isNaN(date.getTime())) throw new RangeError("hold: a time is no date: give ISO 8601 or a Date");
  return date.toISOString();
}
