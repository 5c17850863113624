import type { Queryable } from "@offramp/db";
import { type AccessFilter, filterSql } from "../query/access-filter.ts";
import { explainedError } from "../query/explained-error.ts";
import { isoTime } from "../query/iso-time.ts";

/**
 * Who has seen or changed a patient's data, and who tried to.
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
  /** Records of calls that succeeded. */
  readonly accesses: number;
  /** Records of calls that the rights forbade. They are no accesses. */
  readonly denied: number;
  /** Records of calls that went wrong in another way. They are no accesses either. */
  readonly failed: number;
  /** Of the accesses, those that overrode the usual limits. */
  readonly breakGlass: number;
  /** The first and the last access: ISO 8601, UTC; null where there is none. */
  readonly first: string | null;
  readonly last: string | null;
  /** Who it was, by the number of accesses. */
  readonly actors: readonly ActorAccess[];
  /** Whose calls were denied or failed. */
  readonly refused: readonly {
    readonly actorId: string | null;
    readonly denied: number;
    readonly failed: number;
    readonly last: string;
  }[];
}

/**
 * What one user did with a patient's data. Each list is in the order of its texts.
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
  readonly applications: readonly string[];
  readonly ips: readonly string[];
  readonly userAgents: readonly string[];
  readonly relations: readonly string[];
  readonly columns: readonly string[];
}

const distinct = (sql: string): string =>
  `coalesce(json_agg(distinct ${sql}) filter (where ${sql} is not null), '[]')`;

/** The elements of a list of the records, by actor. One list at a time: two at once would multiply. */
const elements = (column: string): string => `(
      select actor_id, ${distinct("element")} as elements from access, unnest(${column}) as element group by actor_id
    )`;

/**
 * Who has seen or changed a patient's data, user by user. The records themselves are those of `trail.query({ subject })`.
 *
 * SQL: one statement over `audit.phi_access_log where subjects @> array[…]`, which the index over `subjects` answers.
 *
 * @throws {RangeError} a time is none.
 * @throws {Error} the connection may not read the trail, or there is none.
 */
export async function accessReport(
  db: Queryable,
  subject: string,
  { between }: Pick<AccessFilter, "between"> = {},
): Promise<AccessReport> {
  const { sql, values } = filterSql({ subject, ...(between === undefined ? {} : { between }) });
  const text = `
    with call as materialized (
      select actor_id, actor_role, action, purpose_of_use, application, host(ip) as ip, user_agent, relations, columns,
        break_glass, outcome, recorded_at
      from audit.phi_access_log where ${sql}
    ), access as materialized (
      select * from call where outcome = 'success'
    ), actor as (
      select actor_id, count(*) as accesses, min(recorded_at) as first, max(recorded_at) as last,
        ${distinct("actor_role")} as roles, ${distinct("action")} as actions, ${distinct("purpose_of_use")} as purposes,
        ${distinct("application")} as applications, ${distinct("ip")} as ips, ${distinct("user_agent")} as user_agents
      from access group by actor_id
    ), touched_relation as ${elements("relations")}, touched_column as ${elements("columns")}, refused as (
      select actor_id, count(*) filter (where outcome = 'denied') as denied,
        count(*) filter (where outcome = 'failed') as failed, max(recorded_at) as last
      from call where outcome <> 'success' group by actor_id
    )
    select json_build_object(
      'subject', $1::text,
      'accesses', (select count(*) from access),
      'denied', (select count(*) from call where outcome = 'denied'),
      'failed', (select count(*) from call where outcome = 'failed'),
      'breakGlass', (select count(*) from access where break_glass),
      'first', (select ${isoTime("min(recorded_at)")} from access),
      'last', (select ${isoTime("max(recorded_at)")} from access),
      'actors', (select coalesce(json_agg(json_build_object(
        'actorId', actor.actor_id, 'roles', roles, 'accesses', accesses, 'first', ${isoTime("first")}, 'last', ${isoTime("last")},
        'actions', actions, 'purposes', purposes, 'applications', applications, 'ips', ips, 'userAgents', user_agents,
        'relations', coalesce(touched_relation.elements, '[]'), 'columns', coalesce(touched_column.elements, '[]')
      ) order by accesses desc, actor.actor_id), '[]') from actor
        left join touched_relation on touched_relation.actor_id is not distinct from actor.actor_id
        left join touched_column on touched_column.actor_id is not distinct from actor.actor_id),
      'refused', (select coalesce(json_agg(json_build_object(
        'actorId', actor_id, 'denied', denied, 'failed', failed, 'last', ${isoTime("last")}
      ) order by denied + failed desc, actor_id), '[]') from refused)
    )::text as report`;
  try {
    const [row] = await db.query({ text, values });
    return JSON.parse(row?.["report"] ?? "{}") as AccessReport;
  } catch (error) {
    throw explainedError(error);
  }
}
