import type { Row } from "@offramp/db";
import { isoTime } from "./iso-time.ts";

/**
 * One record of the trail. Fields that the caller did not say, or that are not known, are `null`.
 *
 * @example
 * ```ts
 * import type { AccessRecord } from "@offramp/audit";
 *
 * export function oneLine(record: AccessRecord): string {
 *   return `${record.recordedAt} ${record.actorId ?? "nobody"} ${record.action} ${record.relations.join(", ")}`;
 * }
 * ```
 */
export interface AccessRecord {
  /** Decimal text, because it may exceed what a number holds exactly. Ascending, with gaps. */
  readonly id: string;
  /** When the record was written: ISO 8601, UTC, microseconds. */
  readonly recordedAt: string;
  /** When its transaction began: ISO 8601, UTC, microseconds. */
  readonly transactionAt: string;
  readonly actorId: string | null;
  readonly actorRole: string | null;
  readonly onBehalfOf: string | null;
  readonly purposeOfUse: string | null;
  /** The actor overrode the usual limits because of an emergency. */
  readonly breakGlass: boolean;
  readonly application: string | null;
  readonly requestId: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
  /** The login of the connection. */
  readonly databaseUser: string;
  /** The role chosen with `SET ROLE`, or the login. */
  readonly databaseRole: string;
  /** `DISCLOSE`: the data was given to somebody outside, whom `details.disclosure` names. */
  readonly action: "READ" | "CREATE" | "UPDATE" | "DELETE" | "EXECUTE" | "DISCLOSE";
  /** Such as `public.profiles`. */
  readonly relations: readonly string[];
  /** The PHI columns, such as `public.profiles.email`. Never their values. */
  readonly columns: readonly string[];
  /** By which columns and operators rows were looked for, such as `public.profiles.email eq`. Never the values. */
  readonly filters: readonly string[];
  /** Keys of the rows returned or changed, by relation; of very many, what stands for them. */
  readonly recordKeys: Readonly<Record<string, readonly string[] | KeyDigest>> | null;
  /** The ids of the patients whose data was touched. */
  readonly subjects: readonly string[];
  readonly rowCount: number | null;
  readonly outcome: "success" | "denied" | "failed";
  readonly sqlstate: string | null;
  /** Which client wrote the record, and the number of the call among those of this client. */
  readonly writerId: string | null;
  readonly writerCall: string | null;
  readonly details: Readonly<Record<string, unknown>> | null;
}

/**
 * What a record has of a relation's keys when there are more than 1,000.
 *
 * @example
 * ```ts
 * import type { AccessRecord, KeyDigest } from "@offramp/audit";
 *
 * export function countOf(record: AccessRecord, relation: string): number {
 *   const keys: readonly string[] | KeyDigest = record.recordKeys?.[relation] ?? [];
 *   return "count" in keys ? keys.count : keys.length;
 * }
 * ```
 */
export interface KeyDigest {
  readonly count: number;
  /** Hexadecimal, of the keys in byte order, each followed by a line feed, in UTF-8. */
  readonly sha256: string;
  /** The first and the last in byte order. */
  readonly first: string;
  readonly last: string;
}

/** A record as JSON, as {@link readRecord} takes it. */
export const RECORD_JSON: string = `json_build_object(
  'id', id::text,
  'recordedAt', ${isoTime("recorded_at")},
  'transactionAt', ${isoTime("transaction_at")},
  'actorId', actor_id,
  'actorRole', actor_role,
  'onBehalfOf', on_behalf_of,
  'purposeOfUse', purpose_of_use,
  'breakGlass', break_glass,
  'application', application,
  'requestId', request_id,
  'ip', ip,
  'userAgent', user_agent,
  'databaseUser', database_user,
  'databaseRole', database_role,
  'action', action,
  'relations', relations,
  'columns', columns,
  'filters', filters,
  'recordKeys', record_keys,
  'subjects', subjects,
  'rowCount', row_count,
  'outcome', outcome,
  'sqlstate', sqlstate,
  'writerId', writer_id,
  'writerCall', writer_call::text,
  'details', details
)::text`;

export function readRecord(row: Row): AccessRecord {
  return JSON.parse(row["record"] ?? "") as AccessRecord;
}
