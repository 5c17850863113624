import type { Queryable } from "@offramp/db";
import type { SignedRetention } from "./retention-statement.ts";

/** A retention statement as the database keeps it. */
export interface StoredRetention extends SignedRetention {
  readonly number: number;
  /** The transaction that dropped the records. */
  readonly transactionId: string;
}

/** All of them, in their order: one for each month that went. */
export async function storedRetentions(db: Queryable): Promise<readonly StoredRetention[]> {
  const rows = await db.query({
    text: `select number, statement, encode(signature, 'base64') as signature, transaction_id::text as transaction_id
      from audit.retention order by number`,
  });
  return rows.map((row) => ({
    number: Number(row["number"]),
    text: row["statement"] ?? "",
    // PostgreSQL breaks base64 into lines.
    signature: (row["signature"] ?? "").replaceAll("\n", ""),
    transactionId: row["transaction_id"] ?? "",
  }));
}
