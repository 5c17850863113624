import type { Queryable } from "@offramp/db";
import { filterSql } from "../query/access-filter.ts";
import { explainedError } from "../query/explained-error.ts";
import { isoTime } from "../query/iso-time.ts";
import type { ReviewList } from "./activity-review.ts";
import type { ReviewOptions } from "./review-options.ts";

/** How long the bars of a timeline are. */
export type TimelineUnit = "hour" | "day" | "week" | "month";

/**
 * What the tables and the timeline of a report show.
 *
 * @example
 * ```ts
 * import type { ReportFigures } from "@offramp/audit";
 *
 * export function mostSeen({ subjects }: ReportFigures): string | undefined {
 *   return subjects.entries[0]?.subject;
 * }
 * ```
 */
export interface ReportFigures {
  readonly breakGlass: number;
  /** What was given to others, by the date of the record, newest first. `subjects` is the number of patients. */
  readonly disclosures: ReviewList<{
    readonly id: string;
    readonly at: string;
    readonly actorId: string | null;
    readonly recipient: string;
    readonly what: string;
    /** The statement of the purpose, or where the written request is kept. */
    readonly purpose: string;
    readonly subjects: number;
  }>;
  readonly timeline: readonly {
    /** When the bar begins: ISO 8601, UTC. */
    readonly at: string;
    readonly accesses: number;
    /** Calls that were denied or failed. */
    readonly refused: number;
    readonly breakGlass: number;
  }[];
  /** By the number of accesses. */
  readonly actors: ReviewList<{
    readonly actorId: string | null;
    readonly roles: readonly string[];
    readonly accesses: number;
    readonly subjects: number;
    readonly denied: number;
    readonly failed: number;
    readonly breakGlass: number;
    readonly first: string;
    readonly last: string;
  }>;
  /** The patients, by the number of accesses. */
  readonly subjects: ReviewList<{
    readonly subject: string;
    readonly accesses: number;
    readonly actors: number;
    readonly refused: number;
    readonly breakGlass: number;
    readonly disclosures: number;
    readonly first: string;
    readonly last: string;
  }>;
}

/** Counts what happened, by time, by user and by patient; all of it by the database, in one statement. */
export async function reportFigures(
  db: Queryable,
  { between, timeZone }: Required<Pick<ReviewOptions, "between" | "timeZone">>,
  { unit, rows }: { readonly unit: TimelineUnit; readonly rows: number },
): Promise<ReportFigures> {
  const { sql, values } = filterSql({ between }, [timeZone, String(rows)]);
  const local = (time: string): string => `date_trunc('${unit}', ${time} at time zone $1::text)`;
  const count = (condition: string): string => `count(*) filter (where ${condition})`;
  const list = (from: string, entry: string, order: string): string => `json_build_object(
      'total', (select count(*) from ${from}),
      'entries', (select coalesce(json_agg(${entry} order by ${order}), '[]')
        from (select * from ${from} order by ${order} limit $2::bigint) as ${from}))`;
  const text = `
    with call as materialized (
      select id, actor_id, actor_role, subjects, action, outcome, break_glass, recorded_at,
        case when action = 'DISCLOSE' then details -> 'disclosure' end as disclosed
      from audit.phi_access_log where ${sql}
    ), bar as (
      select ${local("recorded_at")} as at, ${count("outcome = 'success'")} as accesses,
        ${count("outcome <> 'success'")} as refused, ${count("break_glass")} as glass
      from call group by 1
    ), bars as (
      select at at time zone $1::text as at, coalesce(accesses, 0) as accesses, coalesce(refused, 0) as refused, coalesce(glass, 0) as glass
      from generate_series(${local("$3::timestamptz")}, ($4::timestamptz - interval '1 microsecond') at time zone $1::text, interval '1 ${unit}') as at
      left join bar using (at)
    ), seen as (
      select actor_id, count(distinct subject) as subjects from call, unnest(subjects) as subject where outcome = 'success' group by 1
    ), did as (
      select actor_id, coalesce(json_agg(distinct actor_role) filter (where actor_role is not null), '[]') as roles,
        ${count("outcome = 'success'")} as accesses, ${count("outcome = 'denied'")} as denied, ${count("outcome = 'failed'")} as failed,
        ${count("break_glass")} as glass, min(recorded_at) as first, max(recorded_at) as last
      from call group by 1
    ), actor as materialized (
      select did.*, coalesce(seen.subjects, 0) as subjects from did left join seen on seen.actor_id is not distinct from did.actor_id
    ), disclosure as materialized (
      select id, actor_id, cardinality(subjects) as subjects, (disclosed ->> 'at')::timestamptz as at, disclosed ->> 'what' as what,
        concat_ws(', ', disclosed #>> '{recipient,name}', disclosed #>> '{recipient,address}') as recipient,
        coalesce(disclosed ->> 'purpose', disclosed ->> 'request') as purpose
      from call where action = 'DISCLOSE'
    ), patient as materialized (
      select subject, ${count("outcome = 'success'")} as accesses, count(distinct actor_id) filter (where outcome = 'success') as actors,
        ${count("outcome <> 'success'")} as refused, ${count("break_glass")} as glass, ${count("action = 'DISCLOSE'")} as disclosures,
        min(recorded_at) as first, max(recorded_at) as last
      from call, unnest(subjects) as subject group by 1
    )
    select json_build_object(
      'breakGlass', (select ${count("break_glass")} from call),
      'disclosures', ${list(
        "disclosure",
        `json_build_object('id', id::text, 'at', ${isoTime("at")}, 'actorId', actor_id, 'recipient', recipient, 'what', what,
          'purpose', purpose, 'subjects', subjects)`,
        "id desc",
      )},
      'timeline', (select coalesce(json_agg(json_build_object(
        'at', ${isoTime("at")}, 'accesses', accesses, 'refused', refused, 'breakGlass', glass) order by at), '[]') from bars),
      'actors', ${list(
        "actor",
        `json_build_object('actorId', actor_id, 'roles', roles, 'accesses', accesses, 'subjects', subjects, 'denied', denied,
          'failed', failed, 'breakGlass', glass, 'first', ${isoTime("first")}, 'last', ${isoTime("last")})`,
        "accesses desc, actor_id",
      )},
      'subjects', ${list(
        "patient",
        `json_build_object('subject', subject, 'accesses', accesses, 'actors', actors, 'refused', refused, 'breakGlass', glass,
          'disclosures', disclosures, 'first', ${isoTime("first")}, 'last', ${isoTime("last")})`,
        "accesses desc, subject",
      )}
    )::text as figures`;
  try {
    const [row] = await db.query({ text, values });
    return JSON.parse(row?.["figures"] ?? "{}") as ReportFigures;
  } catch (error) {
    throw explainedError(error);
  }
}
