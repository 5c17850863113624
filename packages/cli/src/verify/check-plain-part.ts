import { checksumSql } from "./checksum-sql.ts";
import { findRows, type Sides } from "./find-rows.ts";
import { type KeyRange, rangeCondition, type Side } from "./side.ts";
import type { RowDifference } from "./verify-report.ts";

/** What the comparison of a part of a table came to. */
export interface PartCheck {
  readonly sourceRows: number;
  readonly targetRows: number;
  readonly differs: boolean;
  readonly differences: readonly RowDifference[];
}

/** Compares a part whose rows arrive as they are: each server makes one checksum, both at the same time. */
export async function checkPlainPart(sides: Sides, range: KeyRange, limit: number): Promise<PartCheck> {
  const [ours, theirs] = await Promise.all([checksum(sides.source, range), checksum(sides.target, range)]);
  const differs = ours.n !== theirs.n || ours.sum !== theirs.sum;
  return {
    sourceRows: Number(ours.n),
    targetRows: Number(theirs.n),
    differs,
    differences: differs && limit > 0 ? await findRows(sides, range, limit) : [],
  };
}

async function checksum(side: Side, range: KeyRange): Promise<{ readonly n: string; readonly sum: string }> {
  const { sql, values } = rangeCondition(side, range);
  const [row] = await side.db.query({ text: checksumSql(side, sql), values });
  return { n: row?.["n"] ?? "", sum: row?.["sum"] ?? "" };
}
