import { createHash } from "node:crypto";

import type { TablePlan } from "../tables/table-plan.ts";
import { checksumOf } from "./changed-checksum.ts";
import { type ChangedTable, sourceRows, targetRows, type Values } from "./changed-rows.ts";
import type { PartCheck } from "./check-plain-part.ts";
import type { KeyRange } from "./side.ts";
import type { RowDifference } from "./verify-report.ts";

/** A longer value is held as its digest, which has as many characters. */
const LONGEST_KEPT = 24;

/**
 * Compares a part of a table here, through its transforms: the source's rows as the transforms make them, and the
 * target's, whose encrypted values are opened. Both are added up; where the sums differ they are read again.
 */
export async function checkChangedPart(
  table: ChangedTable,
  range: KeyRange | undefined,
  limit: number,
): Promise<PartCheck> {
  const [ours, theirs] = await Promise.all([
    checksumOf(sourceRows(table, range)),
    checksumOf(targetRows(table, range)),
  ]);
  const differs = ours.rows !== theirs.rows || ours.sum !== theirs.sum;
  return {
    sourceRows: ours.rows,
    targetRows: theirs.rows,
    differs,
    differences: differs && limit > 0 ? await findChangedRows(table, range, limit) : [],
  };
}

/** Of a row its key is held, and of each column no more than a digest takes. */
async function findChangedRows(
  table: ChangedTable,
  range: KeyRange | undefined,
  limit: number,
): Promise<RowDifference[]> {
  const { plan } = table;
  const nameOf = rowNames(plan);
  // By the row's name what it consists of; rows of the same name, one to a line. Texts take a fraction of what arrays do.
  const expected = new Map<string, string>();
  for await (const rows of sourceRows(table, range))
    for (const values of rows) {
      const name = nameOf(values);
      const others = expected.get(name);
      expected.set(name, others === undefined ? digests(values) : `${others}\n${digests(values)}`);
    }
  const differences: RowDifference[] = [];
  // Beyond the limit rows are still read: a connection that is left in the middle of a COPY is lost.
  const tell = (difference: RowDifference): void => {
    if (differences.length < limit) differences.push(difference);
  };
  for await (const rows of targetRows(table, range))
    for (const values of rows) {
      const name = nameOf(values);
      const [wanted, others] = firstLine(expected.get(name));
      if (others === undefined) expected.delete(name);
      else expected.set(name, others);
      const found = digests(values);
      if (found === wanted) continue;
      tell(
        wanted === undefined
          ? { row: name, kind: "only in the target", columns: [] }
          : { row: name, kind: "changed", columns: otherColumns(plan, wanted, found) },
      );
    }
  for (const row of expected.keys()) tell({ row, kind: "missing in the target", columns: [] });
  return differences;
}

/** The key as it is in the target; without one a digest of the whole row, so that it is missing or there. */
function rowNames(plan: TablePlan): (values: Values) => string {
  const places = plan.key.map((key) => plan.columns.findIndex(({ source }) => source === key));
  if (places.length === 0 || places.includes(-1))
    return (values) => `digest ${createHash("md5").update(JSON.stringify(values)).digest("base64")}`;
  return (values) =>
    places.map((place) => `${plan.columns[place]?.target ?? ""}=${values[place] ?? ""}`).join(", ");
}

/** What tells a row from others: a word for each column, with a tab between them. */
function digests(values: Values): string {
  return values.map(digest).join("\t");
}

/** Short values stand for themselves. */
function digest(value: string | null): string {
  if (value === null) return "";
  return value.length <= LONGEST_KEPT && !/[\t\n]/.test(value)
    ? `=${value}`
    : createHash("md5").update(value).digest("base64");
}

function firstLine(lines: string | undefined): readonly [string | undefined, string | undefined] {
  const end = lines?.indexOf("\n") ?? -1;
  return end === -1 ? [lines, undefined] : [lines?.slice(0, end), lines?.slice(end + 1)];
}

/** The source's columns whose words differ. */
function otherColumns(plan: TablePlan, wanted: string, found: string): string[] {
  const there = wanted.split("\t");
  return found
    .split("\t")
    .flatMap((word, index) => (word === there[index] ? [] : [plan.columns[index]?.source ?? ""]));
}
