import type { Queryable } from "@offramp/db";
import { filterSql } from "../query/access-filter.ts";
import { explainedError } from "../query/explained-error.ts";
import { isoTime } from "../query/iso-time.ts";
import { checkedReview, type ReviewOptions } from "./review-options.ts";

/**
 * A review of what was done in a time: 45 CFR 164.308(a)(1)(ii)(D) asks for one regularly. An access is a record of a call
 * that succeeded.
 *
 * @example
 * ```ts
 * import type { ActivityReview } from "@offramp/audit";
 *
 * export function busiest({ byActorAndHour }: ActivityReview): string | null | undefined {
 *   return byActorAndHour.toSorted((a, b) => b.accesses - a.accesses)[0]?.actorId;
 * }
 * ```
 */
export interface ActivityReview {
  readonly accesses: number;
  readonly denied: number;
  readonly failed: number;
  /** The hour of the day in the time zone, 0 to 23. */
  readonly byActorAndHour: readonly {
    readonly actorId: string | null;
    readonly hour: number;
    readonly accesses: number;
  }[];
  /** Users who came to a patient for the first time: no access of the two is recorded before. Newest first. */
  readonly firstTimePairs: ReviewList<{
    readonly actorId: string | null;
    readonly subject: string;
    readonly at: string;
  }>;
  readonly afterHours: readonly {
    readonly actorId: string | null;
    readonly accesses: number;
    readonly last: string;
  }[];
  /** Calls that touched unusually many patients, most first. `id` is that of the call's first record. */
  readonly manySubjects: ReviewList<{
    readonly id: string;
    readonly actorId: string | null;
    readonly subjects: number;
    readonly at: string;
  }>;
  readonly refused: readonly {
    readonly actorId: string | null;
    readonly denied: number;
    readonly failed: number;
  }[];
  /** Newest first, whatever their outcome. */
  readonly breakGlass: ReviewList<{
    readonly id: string;
    readonly actorId: string | null;
    readonly subjects: readonly string[];
    readonly outcome: "success" | "denied" | "failed";
    readonly at: string;
  }>;
}

/**
 * A list that has at most `limit` entries, and how many there are.
 *
 * @example
 * ```ts
 * import type { ReviewList } from "@offramp/audit";
 *
 * export function isCut(list: ReviewList<unknown>): boolean {
 *   return list.total > list.entries.length;
 * }
 * ```
 */
export interface ReviewList<T> {
  readonly total: number;
  readonly entries: readonly T[];
}

/**
 * Reviews what was done in a time. Every figure is counted by the database, in one statement.
 *
 * @throws {RangeError} a time is none, the time zone is not known, or a number is not within its bounds.
 * @throws {Error} the connection may not read the trail, or there is none.
 */
export async function activityReview(db: Queryable, options: ReviewOptions): Promise<ActivityReview> {
  const { between, timeZone, workingHours, manySubjects, limit } = checkedReview(options);
  const { sql, values } = filterSql({ between }, [
    timeZone,
    String(workingHours.from),
    String(workingHours.to),
    JSON.stringify(workingHours.days),
    String(manySubjects),
    String(limit),
  ]);
  const all = (query: string): string => `(select coalesce(json_agg(found), '[]') from (${query}) as found)`;
  const bounded = (from: string, entries: string): string =>
    `json_build_object('total', (select count(*) from ${from}), 'entries', ${all(`${entries} limit $6::bigint`)})`;
  const text = `
    with call as materialized (
      select id, actor_id, subjects, outcome, break_glass, recorded_at, writer_id, writer_call,
        extract(hour from recorded_at at time zone $1::text)::integer as hour,
        extract(isodow from recorded_at at time zone $1::text)::integer as day
      from audit.phi_access_log where ${sql}
    ), access as materialized (
      select * from call where outcome = 'success'
    ), working as (
      select array(select value::integer from json_array_elements_text($4::text::json)) as days
    ), pair as (
      select actor_id, subject, min(recorded_at) as at from access, unnest(subjects) as subject group by 1, 2
    ), first_pair as materialized (
      select * from pair where not exists (
        select from audit.phi_access_log as before
        where before.subjects @> array[pair.subject] and before.actor_id is not distinct from pair.actor_id
          and before.outcome = 'success' and before.recorded_at < pair.at
      )
    ), wide as materialized (
      -- The records of one call share its number.
      select min(id) as id, actor_id, count(distinct subject) as subjects, min(recorded_at) as at
      from access, unnest(subjects) as subject
      group by actor_id, writer_id, writer_call, case when writer_call is null then id end
      having count(distinct subject) >= $5::bigint
    )
    select json_build_object(
      'accesses', (select count(*) from access),
      'denied', (select count(*) from call where outcome = 'denied'),
      'failed', (select count(*) from call where outcome = 'failed'),
      'byActorAndHour', ${all(`select actor_id as "actorId", hour, count(*) as accesses from access group by 1, 2 order by 1, 2`)},
      'firstTimePairs', ${bounded(
        "first_pair",
        `select actor_id as "actorId", subject, ${isoTime("at")} as at from first_pair order by first_pair.at desc, 1, 2`,
      )},
      'afterHours', ${all(`
        select actor_id as "actorId", count(*) as accesses, ${isoTime("max(recorded_at)")} as last from access, working
        where not ${WORKING} group by 1 order by 2 desc, 1`)},
      'manySubjects', ${bounded(
        "wide",
        `select id::text, actor_id as "actorId", subjects, ${isoTime("at")} as at from wide order by subjects desc, wide.id desc`,
      )},
      'refused', ${all(`
        select actor_id as "actorId", count(*) filter (where outcome = 'denied') as denied,
          count(*) filter (where outcome = 'failed') as failed
        from call where outcome <> 'success' group by 1 order by 2 desc, 3 desc, 1`)},
      'breakGlass', ${bounded(
        "call where break_glass",
        `select id::text, actor_id as "actorId", subjects, outcome, ${isoTime("recorded_at")} as at
          from call where break_glass order by call.id desc`,
      )}
    )::text as review`;
  try {
    const [row] = await db.query({ text, values });
    return JSON.parse(row?.["review"] ?? "{}") as ActivityReview;
  } catch (error) {
    throw explainedError(error);
  }
}

/** Within the day, or in the night that began on a working day: the day before Monday is Sunday. */
const WORKING = `case when $2::integer < $3::integer
  then hour >= $2::integer and hour < $3::integer and day = any (days)
  else hour >= $2::integer and day = any (days) or hour < $3::integer and (day + 5) % 7 + 1 = any (days) end`;
