import type { Queryable } from "@offramp/db";
import { type AccessFilter, filterSql } from "../query/access-filter.ts";
import { explainedError } from "../query/explained-error.ts";

/**
 * Who has seen or changed a patient's data.
 *
 * @example
 * ```ts
 * import type { AccessReport } from "@offramp/audit";
 *
 * export function names(report: AccessReport): readonly string[] {
 *   return report.actors.map(({ actorId }) => actorId ?? "nobody that was named");
 * }
 * ```
 */
export interface AccessReport {
  readonly subject: string;
  readonly accesses: number;
  readonly denied: number;
  readonly breakGlass: number;
  /** ISO 8601, UTC; null where there is no access. */
  readonly first: string | null;
  readonly last: string | null;
  /** Who it was, by the number of accesses. */
  readonly actors: readonly ActorAccess[];
}

/**
 * What one user did with a patient's data.
 *
 * @example
 * ```ts
 * import type { ActorAccess } from "@offramp/audit";
 *
 * export function line({ actorId, accesses, purposes }: ActorAccess): string {
 *   return `${actorId ?? "nobody"}: ${accesses} (${purposes.join(", ")})`;
 * }
 * ```
 */
export interface ActorAccess {
  /** Null for accesses without an actor. */
  readonly actorId: string | null;
  readonly roles: readonly string[];
  readonly accesses: number;
  readonly first: string;
  readonly last: string;
  readonly actions: readonly string[];
  readonly purposes: readonly string[];
  readonly relations: readonly string[];
  readonly columns: readonly string[];
}

const time = (sql: string): string => `to_char(${sql} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
const distinct = (sql: string): string =>
  `coalesce(json_agg(distinct ${sql}) filter (where ${sql} is not null), '[]')`;

/** Who has seen or changed a patient's data, user by user. The records themselves are those of `trail.query({ subject })`. */
export async function accessReport(
  db: Queryable,
  subject: string,
  { between }: Pick<AccessFilter, "between"> = {},
): Promise<AccessReport> {
  const { sql, values } = filterSql({ subject, ...(between === undefined ? {} : { between }) });
  const text = `
    with access as materialized (select * from audit.phi_access_log where ${sql}), touched as (
      select actor_id, relation, "column" from access
      left join lateral unnest(relations) as r(relation) on true
      left join lateral unnest(columns) as c("column") on true
    ), actor as (
      select actor_id, count(*) as accesses, min(recorded_at) as first, max(recorded_at) as last,
        ${distinct("actor_role")} as roles, ${distinct("action")} as actions, ${distinct("purpose_of_use")} as purposes
      from access group by actor_id
    ), place as (
      select actor_id, ${distinct("relation")} as relations, ${distinct('"column"')} as columns from touched group by actor_id
    )
    select json_build_object(
      'subject', $1::text,
      'accesses', (select count(*) from access),
      'denied', (select count(*) from access where outcome = 'denied'),
      'breakGlass', (select count(*) from access where break_glass),
      'first', (select ${time("min(recorded_at)")} from access),
      'last', (select ${time("max(recorded_at)")} from access),
      'actors', (select coalesce(json_agg(json_build_object(
        'actorId', actor.actor_id, 'roles', roles, 'accesses', accesses, 'first', ${time("first")}, 'last', ${time("last")},
        'actions', actions, 'purposes', purposes, 'relations', place.relations, 'columns', place.columns
      ) order by accesses desc, actor.actor_id), '[]')
      from actor join place on place.actor_id is not distinct from actor.actor_id)
    )::text as report`;
  try {
    const [row] = await db.query({ text, values });
    return JSON.parse(row?.["report"] ?? "{}") as AccessReport;
  } catch (error) {
    throw explainedError(error);
  }
}
