import type { Database } from "@offramp/db";
import { type AccessFilter, filterSql } from "./access-filter.ts";
import { type AccessRecord, readRecord, RECORD_JSON } from "./access-record.ts";
import { explainedError } from "./explained-error.ts";

/** How many records are in memory at once. */
const BATCH = 1_000;

/**
 * All records that meet a filter, newest first, as they were at one moment: what is recorded while they are read is not
 * among them. Takes a connection of the pool, and keeps a transaction open on it, until the last is read or the loop ends.
 *
 * SQL: `declare offramp_records no scroll cursor for select … from audit.phi_access_log where … order by id desc`, then
 * `fetch 1000`.
 *
 * @throws {RangeError} a time is none.
 * @throws {Error} the connection may not read the trail, or there is none.
 */
export async function* allAccess(db: Database, filter: AccessFilter): AsyncGenerator<AccessRecord> {
  const { sql, values } = filterSql(filter);
  const connection = await db.reserve();
  try {
    await connection.query({ text: "begin read only" });
    // A cursor is planned for its first rows by default; this one is read to its end.
    await connection.query({ text: "set local cursor_tuple_fraction = 1" });
    await connection.query({
      text: `declare offramp_records no scroll cursor for select ${RECORD_JSON} as record from audit.phi_access_log where ${sql} order by id desc`,
      values,
    });
    for (;;) {
      const rows = await connection.query({ text: `fetch ${BATCH} from offramp_records` });
      for (const row of rows) yield readRecord(row);
      if (rows.length < BATCH) break;
    }
    await connection.query({ text: "commit" });
  } catch (error) {
    throw explainedError(error);
  } finally {
    await connection.release();
  }
}
