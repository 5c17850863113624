import { quoteIdentifier, type ReservedConnection } from "@offramp/db";
import { type EncryptedColumn, type KeyRing, readValue } from "@offramp/db/encryption";

import { readLine, readLines } from "../copy/copy-text.ts";
import { rowTransform, type Sealer } from "../tables/row-transform.ts";
import { relationSql } from "../tables/table-name.ts";
import type { TablePlan } from "../tables/table-plan.ts";
import { isEncryptionError } from "./encryption-failure.ts";
import type { KeyRange } from "./side.ts";

/** Where a table that is transformed on its way is compared. */
export interface ChangedTable {
  readonly plan: TablePlan;
  readonly source: ReservedConnection;
  readonly target: ReservedConnection;
  readonly keys: KeyRing | undefined;
}

/** A row's values, in the order of the plan's columns. */
export type Values = (string | null)[];

/** The source's rows as the transforms make them, but what is encrypted as it is kept inside; a block at a time. */
export async function* sourceRows(
  { plan, source }: ChangedTable,
  range: KeyRange | undefined,
): AsyncGenerator<Values[], void, undefined> {
  const transform = rowTransform(plan, KEPT);
  const names = plan.read.map(({ name }) => name);
  const relation = `${plan.sourcePartitioned ? "" : "only "}${relationSql(plan.source)}`;
  for await (const rows of read(source, { relation, columns: names, key: plan.key[0], range }))
    yield rows.flatMap((values) => {
      const row: Record<string, string | null> = {};
      names.forEach((name, index) => (row[name] = values[index] ?? null));
      const made = transform(row);
      return made === undefined ? [] : [decrypted(plan, made, (_, kept) => kept.toString("utf8"))];
    });
}

/** Stands for the key ring: encrypting a value only to open it again would compare nothing more. */
const KEPT: Sealer = { seal: (column, _, json) => Buffer.from(readValue(column, json), "utf8") };

/** The target's rows with their encrypted values opened, a block at a time. */
export async function* targetRows(
  { plan, target, keys }: ChangedTable,
  range: KeyRange | undefined,
): AsyncGenerator<Values[], void, undefined> {
  const columns = plan.columns.map((column) => column.target);
  const key = plan.columns.find(({ source }) => source === plan.key[0])?.target;
  const relation = `${plan.targetPartitioned ? "" : "only "}${relationSql(plan.target)}`;
  const open = (place: SealedPlace, value: Buffer): string => opened(keys, place, value);
  for await (const rows of read(target, { relation, columns, key, range }))
    yield rows.map((values) => decrypted(plan, values, open));
}

/** Where an encrypted value stands. */
interface SealedPlace {
  readonly column: EncryptedColumn;
  /** The key's values, which it is bound to. */
  readonly row: readonly string[];
}

/** The row with its encrypted values opened. */
function decrypted(
  plan: TablePlan,
  values: Values,
  open: (place: SealedPlace, value: Buffer) => string,
): Values {
  return values.map((value, index) => {
    const change = plan.columns[index]?.change;
    if (change?.kind !== "encrypt" || value === null) return value;
    const row = change.rowKey.map(
      (key) => values[plan.columns.findIndex(({ source }) => source === key)] ?? "",
    );
    return open({ column: change.column, row }, Buffer.from(value.slice(2), "hex"));
  });
}

/**
 * What was not written for its row, or was changed, is no value of the source's, and differs.
 *
 * @throws {EncryptionError} the key of a value is not here: nobody can say what it is.
 */
function opened(keys: KeyRing | undefined, { column, row }: SealedPlace, value: Buffer): string {
  if (keys === undefined) throw new TypeError("a plan with encrypted columns needs a key ring");
  try {
    return keys.open(column, row, value);
  } catch (error) {
    if (!isEncryptionError(error) || error.problem !== "tampered") throw error;
    return `not opened ${value.toString("hex")}`;
  }
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
): AsyncGenerator<Values[], void, undefined> {
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
  for await (const lines of readLines(blocks)) yield lines.map(readLine);
}
