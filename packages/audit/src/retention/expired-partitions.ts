import type { Queryable, Row } from "@offramp/db";

/** A month whose time is over, and what of it is there. */
export interface ExpiredPartition {
  readonly partition: string;
  /** ISO 8601, UTC. */
  readonly from: string;
  readonly to: string;
  readonly records: number;
  readonly firstId: string | null;
  readonly lastId: string | null;
  readonly firstTransaction: string | null;
  readonly lastTransaction: string | null;
  /** Why it must stay; null when it may go. */
  readonly stays: string | null;
}

const time = (column: string): string =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as ${column}`;

/** The months that ended before the time that records are kept, the oldest first. */
export async function expiredPartitions(
  db: Queryable,
  years: number | undefined,
): Promise<readonly ExpiredPartition[]> {
  const rows = await db.query({
    text: `select partition, ${time("month_from")}, ${time("month_to")}, records, first_id, last_id,
        first_transaction, last_transaction, stays
      from audit.expired_partitions(make_interval(years => $1::integer))`,
    values: [years === undefined ? null : String(years)],
  });
  return rows.map(expired);
}

function expired(row: Row): ExpiredPartition {
  return {
    partition: row["partition"] ?? "",
    from: row["month_from"] ?? "",
    to: row["month_to"] ?? "",
    records: Number(row["records"]),
    firstId: row["first_id"] ?? null,
    lastId: row["last_id"] ?? null,
    firstTransaction: row["first_transaction"] ?? null,
    lastTransaction: row["last_transaction"] ?? null,
    stays: row["stays"] ?? null,
  };
}
