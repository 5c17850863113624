import type { Queryable } from "@offramp/db";
import { RECORD_ENCODING } from "./record-encoding.ts";

/** A record, encoded. */
export interface EncodedRecord {
  readonly id: bigint;
  readonly encoded: string;
}

/** Transactions from a number up to one that is not part of it any more. */
export interface TransactionRange {
  readonly from: string;
  readonly to: string;
}

/** How many records are in memory at once. */
const BATCH = 5_000;

const TEXT = `select id, ${RECORD_ENCODING} as encoded from audit.phi_access_log
where transaction_id >= $1::xid8 and transaction_id < $2::xid8 and id > $3::bigint
order by id limit ${BATCH}`;

/** The records of a range of transactions in the order of their ids, in batches. */
export async function* readRecords(
  db: Queryable,
  { from, to }: TransactionRange,
): AsyncGenerator<EncodedRecord[]> {
  let after = "-9223372036854775808";
  for (;;) {
    const rows = await db.query({ text: TEXT, values: [from, to, after], prepare: true });
    if (rows.length > 0)
      yield rows.map(({ id, encoded }) => ({ id: BigInt(id ?? 0), encoded: encoded ?? "" }));
    if (rows.length < BATCH) return;
    after = rows.at(-1)?.["id"] ?? after;
  }
}
