import type { Database } from "../port.ts";
import { quoteIdentifier } from "../quote-identifier.ts";
import {
  type BatchOptions,
  type BatchWork,
  type EncryptionProgress,
  keyOf,
  runBatches,
  writeRows,
} from "./batch-job.ts";
import { EncryptionError } from "./encryption-error.ts";
import type { KeyRing } from "./key-ring.ts";
import { readMarkedTable, type TableToEncrypt } from "./marked-table.ts";

/**
 * What is encrypted from where.
 *
 * @example
 * import type { BackfillOptions } from "@offramp/db/encryption";
 *
 * const options: BackfillOptions = { table: "patients", from: { ssn: "ssn_plain" }, clear: true };
 * console.log(options.from);
 */
export interface BackfillOptions extends TableToEncrypt, BatchOptions {
  /** Encrypted columns, and the column of the same table that has their values in the clear. */
  readonly from: Readonly<Record<string, string>>;
  /**
   * Sets the clear column to NULL in the same transaction. Default false: drop it when everything reads the encrypted
   * one. Either way backups, replicas and the write-ahead log keep what was there.
   */
  readonly clear?: boolean;
}

/**
 * Encrypts the values of columns that are in the clear, for a table that gets encrypted columns. Rows whose encrypted
 * column has a value already are left alone, so applications may write to it meanwhile. It works in batches, and a run
 * that dies is taken up where its last batch ended.
 *
 * @param db as a role that may read and write the table, and `offramp.encryption_job`: the one that runs the migrations.
 * @throws {EncryptionError} a column is not encrypted, or a value is none of its type; the batch is undone.
 * @throws {ServerError} a column is not there, or the role may not.
 *
 * @example
 * import { connect } from "@offramp/db";
 * import { encryptBackfill, KeyRing, kmsWrapper } from "@offramp/db/encryption";
 *
 * const db = connect();
 * const keys = new KeyRing(db, kmsWrapper({ keyId: "alias/clinic-phi" }));
 * await encryptBackfill(db, keys, { table: "patients", from: { ssn: "ssn_plain" }, clear: true });
 */
export async function encryptBackfill(
  db: Database,
  keys: KeyRing,
  options: BackfillOptions,
): Promise<EncryptionProgress> {
  const { from, clear = false } = options;
  await keys.ready();
  const table = await readMarkedTable(db, options);
  const pairs = Object.entries(from).map(([name, source]) => {
    const column = table.columns.find((each) => each.column === name);
    if (column === undefined)
      throw new EncryptionError(
        "setting",
        `encryptBackfill: ${table.name}.${name} is not an encrypted column.`,
      );
    return { column, target: quoteIdentifier(name), source: quoteIdentifier(source) };
  });
  const work: BatchWork = {
    selected: pairs.map(
      ({ target, source }, index) =>
        `case when ${target} is null then to_json(${source})::text end as v${index}`,
    ),
    async write(transaction, rows) {
      const written = rows.flatMap((row) => {
        const key = keyOf(table, row);
        const values = pairs.flatMap(({ column, target }, index) => {
          const json = row[`v${index}`];
          return json === null || json === undefined || json === "null"
            ? []
            : [[target, keys.seal(column, key, json)] as const];
        });
        return values.length === 0 ? [] : [{ key, values: Object.fromEntries(values) }];
      });
      const also = clear ? pairs.map(({ source }) => `${source} = null`) : [];
      return writeRows(transaction, table, {
        columns: pairs.map(({ target }) => target),
        rows: written,
        also,
      });
    },
  };
  const job = `backfill ${table.name} ${Object.entries(from)
    .map(([name, source]) => `${name}<${source}`)
    .join(" ")}`;
  return runBatches(db, { name: job, table, work }, { keys, options });
}
