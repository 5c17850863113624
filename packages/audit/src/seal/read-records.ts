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

const text = (more: string): string => `select id, ${RECORD_ENCODING} as encoded from audit.phi_access_log
where transaction_id >= $1::xid8 and transaction_id < $2::xid8 and id > $3::bigint ${more}
order by id limit ${BATCH}`;

const OF_ALL_MONTHS = text("");
const OF_A_MONTH = text("and recorded_at >= $4::timestamptz and recorded_at < $5::timestamptz");

/** The records of a range of transactions in the order of their ids, in batches; only those of a month when it is given. */
export async function* readRecords(
  db: Queryable,
  { from, to }: TransactionRange,
  month?: { readonly from: string; readonly to: string },
): AsyncGenerator<EncodedRecord[]> {
  let after = "-9223372036854775808";
  for (;;) {
    const rows = await db.query(
      month === undefined
        ? { text: OF_ALL_MONTHS, values: [from, to, after], prepare: true }
        : { text: OF_A_MONTH, values: [from, to, after, month.from, month.to], prepare: true },
    );
    if (rows.length > 0)
      yield rows.map(({ id, encoded }) => ({ id: BigInt(id ?? 0), encoded: encoded ?? "" }));
    if (rows.length < BATCH) return;
    after = rows.at(-1)?.["id"] ?? after;
  }
}
