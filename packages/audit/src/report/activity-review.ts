import type { Queryable } from "@offramp/db";
import { type AccessFilter, filterSql } from "../query/access-filter.ts";
import { explainedError } from "../query/explained-error.ts";

/**
 * What counts as worth a look.
 *
 * @example
 * ```ts
 * import type { ReviewOptions } from "@offramp/audit";
 *
 * const options: ReviewOptions = {
 *   between: ["2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"],
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
  /** Full hours of the day, the second not included, and days of the week, 1 for Monday to 7. Default 7 to 19, Monday to Friday. */
  readonly workingHours?: { readonly from: number; readonly to: number; readonly days: readonly number[] };
  /** From how many patients on one call is unusual. Default 100. */
  readonly manySubjects?: number;
}

/**
 * A review of what was done in a time: 45 CFR 164.308(a)(1)(ii)(D) asks for one regularly.
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
  /** The hour of the day in the time zone, 0 to 23. */
  readonly byActorAndHour: readonly {
    readonly actorId: string | null;
    readonly hour: number;
    readonly accesses: number;
  }[];
  /** Users who came to a patient for the first time: nothing of the two is recorded before. */
  readonly firstTimePairs: readonly {
    readonly actorId: string | null;
    readonly subject: string;
    readonly at: string;
  }[];
  readonly afterHours: readonly {
    readonly actorId: string | null;
    readonly accesses: number;
    readonly last: string;
  }[];
  /** Calls that touched unusually many patients, most first. */
  readonly manySubjects: readonly {
    readonly id: string;
    readonly actorId: string | null;
    readonly subjects: number;
    readonly at: string;
  }[];
  readonly refused: readonly {
    readonly actorId: string | null;
    readonly denied: number;
    readonly failed: number;
  }[];
  readonly breakGlass: readonly {
    readonly id: string;
    readonly actorId: string | null;
    readonly subjects: readonly string[];
    readonly at: string;
  }[];
}

const time = (sql: string): string => `to_char(${sql} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** How many of the single accesses a list has at most. */
const MOST = 500;

/** Reviews what was done in a time. Every figure is counted by the database. */
export async function activityReview(db: Queryable, options: ReviewOptions): Promise<ActivityReview> {
  const {
    between,
    timeZone = "UTC",
    workingHours = { from: 7, to: 19, days: [1, 2, 3, 4, 5] },
    manySubjects = 100,
  } = options;
  const { sql, values } = filterSql({ between }, [
    timeZone,
    String(workingHours.from),
    String(workingHours.to),
    JSON.stringify(workingHours.days),
    String(manySubjects),
  ]);
  const list = (query: string): string => `(select coalesce(json_agg(found), '[]') from (${query}) as found)`;
  const text = `
    with access as materialized (
      select *, extract(hour from recorded_at at time zone $1::text)::integer as hour,
        extract(isodow from recorded_at at time zone $1::text)::integer as day
      from audit.phi_access_log where ${sql}
    ), pair as (
      select actor_id, subject, min(recorded_at) as at from access, unnest(subjects) as subject group by 1, 2
    )
    select json_build_object(
      'accesses', (select count(*) from access),
      'byActorAndHour', ${list(`select actor_id as "actorId", hour, count(*) as accesses from access group by 1, 2 order by 1, 2`)},
      'firstTimePairs', ${list(`
        select actor_id as "actorId", subject, ${time("at")} as at from pair
        where not exists (
          select from audit.phi_access_log as before
          where before.subjects @> array[pair.subject] and before.actor_id is not distinct from pair.actor_id
            and before.recorded_at < pair.at
        ) order by pair.at desc limit ${MOST}`)},
      'afterHours', ${list(`
        select actor_id as "actorId", count(*) as accesses, ${time("max(recorded_at)")} as last from access
        where hour < $2::integer or hour >= $3::integer
          or not day = any (array(select value::integer from json_array_elements_text($4::text::json)))
        group by 1 order by 2 desc, 1`)},
      'manySubjects', ${list(`
        select id::text, actor_id as "actorId", cardinality(subjects) as subjects, ${time("recorded_at")} as at from access
        where cardinality(subjects) >= $5::integer order by 3 desc, access.id desc limit ${MOST}`)},
      'refused', ${list(`
        select actor_id as "actorId", count(*) filter (where outcome = 'denied') as denied,
          count(*) filter (where outcome = 'failed') as failed
        from access where outcome <> 'success' group by 1 order by 2 desc, 3 desc, 1`)},
      'breakGlass', ${list(`
        select id::text, actor_id as "actorId", subjects, ${time("recorded_at")} as at from access
        where break_glass order by access.id desc limit ${MOST}`)}
    )::text as review`;
  try {
    const [row] = await db.query({ text, values });
    return JSON.parse(row?.["review"] ?? "{}") as ActivityReview;
  } catch (error) {
    throw explainedError(error);
  }
}
