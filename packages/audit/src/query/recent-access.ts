import type { Queryable } from "@offramp/db";
import { type AccessRecord, readRecord, RECORD_JSON } from "./access-record.ts";
import { explainedError } from "./explained-error.ts";

/**
 * The newest records of the trail, newest first.
 *
 * The connection must be a member of `offramp_auditor` (or a superuser); the application's own role is not.
 *
 * @param options.limit how many at most; default 20.
 * @throws {RangeError} the limit is not a whole number from 0 up.
 * @throws {Error} the connection's role may not read the trail, or the trail is not installed; says which.
 *
 * @example
 * ```ts
 * import { recentAccess } from "@offramp/audit";
 * import { connect } from "@offramp/db";
 *
 * const db = connect({ url: "postgres://auditor@localhost:5432/clinic" });
 * for (const record of await recentAccess(db, { limit: 10 })) {
 *   console.log(record.recordedAt, record.actorId, record.action, record.subjects.join(", "));
 * }
 * await db.close();
 * ```
 */
export async function recentAccess(
  db: Queryable,
  options: { readonly limit?: number } = {},
): Promise<readonly AccessRecord[]> {
  const limit = options.limit ?? 20;
  if (!Number.isSafeInteger(limit) || limit < 0) {
    throw new RangeError(`recentAccess: limit must be a whole number from 0 up; it is ${String(limit)}`);
  }
  try {
    const rows = await db.query({
      text: `select ${RECORD_JSON} as record from audit.phi_access_log order by id desc limit $1::bigint`,
      values: [String(limit)],
    });
    return rows.map(readRecord);
  } catch (error) {
    throw explainedError(error);
  }
}
