import { createHash } from "node:crypto";

import { quoteIdentifier, type ReservedConnection } from "@offramp/db";
import type { KeyRing } from "@offramp/db/encryption";

import { readLine, readLines } from "../copy/copy-text.ts";
import { relationSql } from "../tables/table-name.ts";
import { rowTransform } from "../tables/row-transform.ts";
import type { TablePlan } from "../tables/table-plan.ts";
import type { PartCheck } from "./check-plain-part.ts";
import { isEncryptionError } from "./encryption-failure.ts";
import type { KeyRange } from "./side.ts";
import type { RowDifference } from "./verify-report.ts";

/** Where a table that is transformed on its way is compared. */
export interface ChangedTable {
  readonly plan: TablePlan;
  readonly source: ReservedConnection;
  readonly target: ReservedConnection;
  readonly keys: KeyRing | undefined;
}

/** A row that arrived on one side and not yet on the other: the digest of each column. */
type Digests = readonly string[];

/**
 * Compares a part of a table here, through its transforms: the source's rows as the transforms make them, and the
 * target's, whose encrypted values are opened. Only keys and digests are held.
 */
export async function checkChangedPart(
  table: ChangedTable,
  range: KeyRange | undefined,
  limit: number,
): Promise<PartCheck> {
  const { plan } = table;
  const expected = new Map<string, Digests[]>();
  let sourceRows = 0;
  for await (const values of readSource(table, range)) {
    sourceRows += 1;
    const name = nameOf(plan, values);
    expected.set(name, [...(expected.get(name) ?? []), values.map(digest)]);
  }
  const differences: RowDifference[] = [];
  const tell = (difference: RowDifference): void => void differences.push(difference);
  let [targetRows, differs] = [0, false];
  for await (const values of readTarget(table, range)) {
    targetRows += 1;
    const name = nameOf(plan, values);
    const [wanted, ...others] = expected.get(name) ?? [];
    if (others.length > 0) expected.set(name, others);
    else expected.delete(name);
    const columns = values.flatMap((value, index) =>
      wanted?.[index] === digest(value) ? [] : [plan.columns[index]?.source ?? ""],
    );
    if (columns.length === 0) continue;
    differs = true;
    if (differences.length < limit)
      tell(
        wanted === undefined
          ? { row: name, kind: "only in the target", columns: [] }
          : { row: name, kind: "changed", columns },
      );
  }
  for (const name of expected.keys()) {
    differs = true;
    if (differences.length < limit) tell({ row: name, kind: "missing in the target", columns: [] });
  }
  return { sourceRows, targetRows, differs, differences };
}

/** The key as it is in the target; without one a digest of the whole row, so that it is missing or there. */
function nameOf(plan: TablePlan, values: readonly (string | null)[]): string {
  const places = plan.key.map((key) => plan.columns.findIndex(({ source }) => source === key));
  if (places.length === 0 || places.includes(-1)) return `digest ${digest(JSON.stringify(values))}`;
  return places.map((place) => `${plan.columns[place]?.target ?? ""}=${values[place] ?? ""}`).join(", ");
}

async function* readSource(
  { plan, source, keys }: ChangedTable,
  range: KeyRange | undefined,
): AsyncGenerator<(string | null)[], void, undefined> {
  const transform = rowTransform(plan, keys);
  const names = plan.read.map(({ name }) => name);
  const relation = `${plan.sourcePartitioned ? "" : "only "}${relationSql(plan.source)}`;
  for await (const values of read(source, { relation, columns: names, key: plan.key[0], range })) {
    const row: Record<string, string | null> = {};
    names.forEach((name, index) => (row[name] = values[index] ?? null));
    const made = transform(row);
    // Sealed and opened, a value is as the target keeps it.
    if (made !== undefined) yield opened(plan, made, keys);
  }
}

async function* readTarget(
  { plan, target, keys }: ChangedTable,
  range: KeyRange | undefined,
): AsyncGenerator<(string | null)[], void, undefined> {
  const columns = plan.columns.map((column) => column.target);
  const key = plan.columns.find(({ source }) => source === plan.key[0])?.target;
  const relation = `${plan.targetPartitioned ? "" : "only "}${relationSql(plan.target)}`;
  for await (const values of read(target, { relation, columns, key, range }))
    yield opened(plan, values, keys);
}

/**
 * Encrypted values opened; what was not written for its row, or was changed, is no value of the source's, and differs.
 *
 * @throws {EncryptionError} the key of a value is not here: nobody can say what it is.
 */
function opened(
  plan: TablePlan,
  values: readonly (string | null)[],
  keys: KeyRing | undefined,
): (string | null)[] {
  return values.map((value, index) => {
    const change = plan.columns[index]?.change;
    if (change?.kind !== "encrypt" || value === null || keys === undefined) return value;
    const row = change.rowKey.map(
      (key) => values[plan.columns.findIndex(({ source }) => source === key)] ?? "",
    );
    try {
      return keys.open(change.column, row, Buffer.from(value.slice(2), "hex"));
    } catch (error) {
      if (!isEncryptionError(error) || error.problem !== "tampered") throw error;
      return `not opened ${value}`;
    }
  });
}

interface Reading {
  readonly relation: string;
  readonly columns: readonly string[];
  readonly key: string | undefined;
  readonly range: KeyRange | undefined;
}

async function* read(
  connection: ReservedConnection,
  { relation, columns, key, range }: Reading,
): AsyncGenerator<(string | null)[], void, undefined> {
  const list = columns.map(quoteIdentifier).join(", ");
  const conditions: string[] = [];
  if (range !== undefined && key !== undefined) {
    const subject = quoteIdentifier(key);
    await connection.query({
      text: "select set_config('offramp.from', $1, true), set_config('offramp.to', $2, true)",
      values: [range.from ?? "", range.to ?? ""],
    });
    if (range.from !== undefined)
      conditions.push(`${subject} >= current_setting('offramp.from')::${range.type}`);
    if (range.to !== undefined) conditions.push(`${subject} < current_setting('offramp.to')::${range.type}`);
  }
  const where = conditions.length === 0 ? "" : ` where ${conditions.join(" and ")}`;
  const blocks = connection.copyOut(`copy (select ${list} from ${relation}${where}) to stdout`);
  for await (const lines of readLines(blocks)) for (const line of lines) yield readLine(line);
}

function digest(value: string | null): string {
  return value === null ? "" : createHash("md5").update(value).digest("base64");
}
