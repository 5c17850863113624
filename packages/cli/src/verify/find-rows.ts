import type { Row } from "@offramp/db";

import type { TablePlan } from "../tables/table-plan.ts";
import { bucketsSql, columnsSql, rowsSql } from "./checksum-sql.ts";
import { type KeyRange, rangeCondition, sharedKey, type Side } from "./side.ts";
import type { RowDifference } from "./verify-report.ts";

/** The two sides of a table. */
export interface Sides {
  readonly plan: TablePlan;
  readonly source: Side;
  readonly target: Side;
}

/** Groups that are looked into at a time: their rows are held in memory. */
const GROUPS_AT_A_TIME = 16;

interface Group {
  readonly n: string;
  readonly sum: string;
  /** Of a row: the key's values. */
  readonly key: string;
}

/**
 * Names the rows of a part that differ: the part is divided by the rows' keys, the groups that differ are read (keys and
 * checksums only), and of each changed row the columns are compared.
 *
 * @returns at most `limit` differences.
 */
export async function findRows(sides: Sides, range: KeyRange, limit: number): Promise<RowDifference[]> {
  const [ours, theirs] = await Promise.all([
    groups(sides.source, range, "bucket"),
    groups(sides.target, range, "bucket"),
  ]);
  const buckets = differing(ours, theirs);
  const found: RowDifference[] = [];
  for (let at = 0; at < buckets.length && found.length < limit; at += GROUPS_AT_A_TIME) {
    const wanted = JSON.stringify(buckets.slice(at, at + GROUPS_AT_A_TIME));
    const [from, to] = await Promise.all([
      rows(sides.source, range, wanted),
      rows(sides.target, range, wanted),
    ]);
    for (const row of differing(from, to)) {
      if (found.length >= limit) break;
      found.push(...(await describe(sides, from.get(row), to.get(row))));
    }
  }
  return found.slice(0, limit);
}

function differing(source: ReadonlyMap<string, Group>, target: ReadonlyMap<string, Group>): string[] {
  const names = new Set([...source.keys(), ...target.keys()]);
  return [...names].filter((name) => {
    const [one, other] = [source.get(name), target.get(name)];
    return one?.n !== other?.n || one?.sum !== other?.sum;
  });
}

async function groups(side: Side, range: KeyRange, name: string): Promise<Map<string, Group>> {
  const { sql, values } = rangeCondition(side, range);
  return byName(await side.db.query({ text: bucketsSql(side, sql), values }), name);
}

async function rows(side: Side, range: KeyRange, buckets: string): Promise<Map<string, Group>> {
  const { sql, values } = rangeCondition(side, range);
  const text = rowsSql(side, { condition: sql, parameter: values.length + 1 });
  return byName(await side.db.query({ text, values: [...values, buckets] }), "row");
}

function byName(found: readonly Row[], name: string): Map<string, Group> {
  return new Map(
    found.map((row) => [
      row[name] ?? "",
      { n: row["n"] ?? "", sum: row["sum"] ?? "", key: row["key"] ?? "" },
    ]),
  );
}

async function describe(
  sides: Sides,
  source: Group | undefined,
  target: Group | undefined,
): Promise<RowDifference[]> {
  const key = sharedKey(sides.plan);
  if (key.length === 0) {
    const [less, more] = [Number(source?.n ?? 0), Number(target?.n ?? 0)];
    const place = (source ?? target)?.key ?? "";
    const side = source === undefined ? "target" : "source";
    const times = `${less} in the source, ${more} in the target`;
    return [
      {
        row: `ctid ${place} of the ${side} (${times})`,
        kind: less > more ? "missing in the target" : "only in the target",
        columns: [],
      },
    ];
  }
  const values = JSON.parse((source ?? target)?.key ?? "[]") as string[];
  const row = key.map((column, index) => `${column}=${values[index] ?? ""}`).join(", ");
  if (target === undefined) return [{ row, kind: "missing in the target", columns: [] }];
  if (source === undefined) return [{ row, kind: "only in the target", columns: [] }];
  if (target.n !== source.n)
    return [
      {
        row: `${row} (${source.n} in the source, ${target.n} in the target)`,
        kind: "only in the target",
        columns: [],
      },
    ];
  return [{ row, kind: "changed", columns: await changedColumns(sides, values) }];
}

async function changedColumns({ plan, source, target }: Sides, key: readonly string[]): Promise<string[]> {
  const [[ours], [theirs]] = await Promise.all([
    source.db.query({ text: columnsSql(source), values: key }),
    target.db.query({ text: columnsSql(target), values: key }),
  ]);
  return plan.columns
    .filter((_, index) => ours?.[`c${index}`] !== theirs?.[`c${index}`])
    .map((column) => column.source);
}
