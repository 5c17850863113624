import type { Queryable } from "@offramp/db";
import type { SignedSeal } from "./seal-statement.ts";

/** A seal as the database keeps it. */
export interface StoredSeal extends SignedSeal {
  readonly number: number;
  readonly toTransaction: string;
}

const COLUMNS = `number, statement, encode(signature, 'base64') as signature, to_transaction::text as to_transaction`;

/** The seals from a number on, some at a time. */
export async function* storedSeals(db: Queryable, from = 0): AsyncGenerator<StoredSeal> {
  const batch = 500;
  let next = from;
  for (;;) {
    const rows = await db.query({
      text: `select ${COLUMNS} from audit.seal where number >= $1::bigint order by number limit ${batch}`,
      values: [String(next)],
    });
    for (const row of rows) yield sealOf(row);
    if (rows.length < batch) return;
    next = Number(rows.at(-1)?.["number"]) + 1;
  }
}

export async function lastSeal(db: Queryable): Promise<StoredSeal | undefined> {
  const [row] = await db.query({ text: `select ${COLUMNS} from audit.seal order by number desc limit 1` });
  return row && sealOf(row);
}

/** The leaves of a block; undefined when its seal is not there. */
export async function leavesOf(db: Queryable, number: number): Promise<Buffer | undefined> {
  const [row] = await db.query({
    text: "select encode(leaves, 'base64') as leaves from audit.seal where number = $1::bigint",
    values: [String(number)],
  });
  return row && Buffer.from(row["leaves"] ?? "", "base64");
}

function sealOf(row: Readonly<Record<string, string | null>>): StoredSeal {
  return {
    number: Number(row["number"]),
    text: row["statement"] ?? "",
    // PostgreSQL breaks base64 into lines.
    signature: (row["signature"] ?? "").replaceAll("\n", ""),
    toTransaction: row["to_transaction"] ?? "",
  };
}
