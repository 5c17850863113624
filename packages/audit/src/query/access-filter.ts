import type { Parameter } from "@offramp/db";
import type { AccessRecord } from "./access-record.ts";
import { period } from "./moment.ts";

/**
 * Which records are asked for: those that meet all that is said.
 *
 * @example
 * ```ts
 * import type { AccessFilter } from "@offramp/audit";
 *
 * const filter: AccessFilter = {
 *   subject: "7d2f6b1e-0000-4000-8000-000000000000",
 *   between: ["2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"],
 *   outcome: "success",
 * };
 * console.log(filter.subject);
 * ```
 */
export interface AccessFilter {
  /** A patient: records that name this one among theirs. */
  readonly subject?: string;
  /** The user who acted, as the application said. */
  readonly actor?: string;
  /**
   * From the first moment on, and before the second: ISO 8601 with up to microseconds, or a Date. A text without an offset
   * is in UTC; a date alone is its first moment.
   */
  readonly between?: readonly [from: string | Date, to: string | Date];
  /** Such as `public.profiles`. */
  readonly relation?: string;
  readonly action?: AccessRecord["action"];
  readonly outcome?: AccessRecord["outcome"];
  readonly breakGlass?: boolean;
  readonly requestId?: string;
}

/** A condition of SQL, with what its placeholders stand for. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly Parameter[];
}

/**
 * The filter as SQL over `audit.phi_access_log`; the placeholders begin after those that are taken.
 *
 * @throws {RangeError} a time is none, or the first is after the second.
 */
export function filterSql(filter: AccessFilter, taken: readonly Parameter[] = []): Condition {
  const values: Parameter[] = [...taken];
  const at = (value: string): string => `$${values.push(value)}`;
  const parts: string[] = [];
  const { subject, actor, between, relation, action, outcome, breakGlass, requestId } = filter;
  if (subject !== undefined) parts.push(`subjects @> array[${at(subject)}::text]`);
  if (actor !== undefined) parts.push(`actor_id = ${at(actor)}::text`);
  if (between !== undefined) {
    const [from, to] = period(between);
    parts.push(`recorded_at >= ${at(from)}::timestamptz`);
    parts.push(`recorded_at < ${at(to)}::timestamptz`);
  }
  if (relation !== undefined) parts.push(`${at(relation)}::text = any (relations)`);
  if (action !== undefined) parts.push(`action = ${at(action)}::text`);
  if (outcome !== undefined) parts.push(`outcome = ${at(outcome)}::text`);
  if (breakGlass !== undefined) parts.push(`break_glass = ${at(String(breakGlass))}::boolean`);
  if (requestId !== undefined) parts.push(`request_id = ${at(requestId)}::text`);
  return { sql: parts.length === 0 ? "true" : parts.join(" and "), values };
}
