import type { Database, Queryable, Row } from "../port.ts";
import { quoteIdentifier } from "../quote-identifier.ts";
import {
  type BatchOptions,
  type BatchWork,
  type EncryptionProgress,
  keyOf,
  runBatches,
  writeRows,
} from "./batch-job.ts";
import type { EncryptedColumn } from "./encrypted-column.ts";
import { EncryptionError } from "./encryption-error.ts";
import type { KeyRing } from "./key-ring.ts";
import { type MarkedTable, readMarkedTable, type TableToEncrypt } from "./marked-table.ts";
import { formatByte, keyField, keyOffset, versionField } from "./value-format.ts";

/**
 * Brings every value of a table to its column's key as it is now: its name, its newest version, and whether it is
 * searchable. Run it after a rotation is active, or after one of these changed in the schema. Applications go on meanwhile:
 * they read both. It locks a batch at a time, and a run that dies is taken up where its last batch ended.
 *
 * @param db as a role that may read and write the table, and `offramp.encryption_job`: the one that runs the migrations.
 * @throws {EncryptionError} a value is not of its row, or its key is not there; the batch is undone.
 * @throws {ServerError} the role may not.
 *
 * @example
 * import { connect } from "@offramp/db";
 * import { KeyRing, kmsWrapper, reencrypt } from "@offramp/db/encryption";
 *
 * const db = connect();
 * const keys = new KeyRing(db, kmsWrapper({ keyId: "alias/clinic-phi" }));
 * const done = await reencrypt(db, keys, {
 *   table: "patients",
 *   onProgress: ({ rowsSeen, rowsEstimated }) => console.log(`${rowsSeen} of about ${rowsEstimated}`),
 * });
 * console.log(`${done.rowsWritten} rows were written`);
 */
export async function reencrypt(
  db: Database,
  keys: KeyRing,
  options: TableToEncrypt & BatchOptions,
): Promise<EncryptionProgress> {
  // A version that became active since the last reading is what this is for.
  await keys.refresh();
  const table = await readMarkedTable(db, options);
  const versions = new Map(table.columns.map((column) => [column.column, currentVersion(keys, column)]));
  const headers = table.columns.map((column) => keyPart(column, versions.get(column.column) ?? 0));
  const work: BatchWork = {
    selected: table.columns.map((column, index) =>
      staleValue(column, { header: headers[index] ?? "", name: `v${index}` }),
    ),
    write: (transaction, rows) => rewrite(transaction, { table, keys, rows }),
  };
  // Another version is another job: a run for the one before does not end it half-way.
  const job = `reencrypt ${table.name} ${[...versions].map(([column, version]) => `${column}:${version}`).join(" ")}`;
  return runBatches(db, { name: job, table, work }, { keys, options });
}

function currentVersion(keys: KeyRing, { key }: EncryptedColumn): number {
  const version = keys.currentVersion(key);
  if (version === undefined)
    throw new EncryptionError("key", `There is no data key "${key}". Make it with createDataKey().`);
  return version;
}

/** What a value of the column has behind its token: the key's name and version, as a literal. */
function keyPart({ key }: EncryptedColumn, version: number): string {
  return `'\\x${Buffer.concat([keyField(key), versionField(version)]).toString("hex")}'::bytea`;
}

/** The value where it is of another key, version or format; else NULL. */
function staleValue(
  { column, key, searchable }: EncryptedColumn,
  { header, name }: { readonly header: string; readonly name: string },
): string {
  const value = quoteIdentifier(column);
  const part = `substring(${value} from ${keyOffset(searchable) + 1} for ${keyField(key).length + 4})`;
  return `case when get_byte(${value}, 0) <> ${formatByte(searchable)} or ${part} <> ${header} then encode(${value}, 'hex') end as ${name}`;
}

async function rewrite(
  transaction: Queryable,
  {
    table,
    keys,
    rows,
  }: { readonly table: MarkedTable; readonly keys: KeyRing; readonly rows: readonly Row[] },
): Promise<number> {
  const written = rows.flatMap((row) => {
    const key = keyOf(table, row);
    const values = table.columns.flatMap((column, index) => {
      const stored = row[`v${index}`];
      if (stored === null || stored === undefined) return [];
      const json = keys.open(column, key, Buffer.from(stored, "hex"));
      return [[quoteIdentifier(column.column), keys.seal(column, key, json)] as const];
    });
    return values.length === 0 ? [] : [{ key, values: Object.fromEntries(values) }];
  });
  return writeRows(transaction, table, {
    columns: table.columns.map(({ column }) => quoteIdentifier(column)),
    rows: written,
  });
}
