import type { Database, Queryable } from "../port.ts";
import { EncryptionError } from "./encryption-error.ts";
import { keyUsage } from "./key-usage.ts";

/** Longer than any key ring goes without reading the table, and than clocks differ: as long as a rotation takes. */
const DEFAULT_SETTLED_MS = 300_000;

const POLL_MS = 100;

/**
 * How a version is retired.
 *
 * @example
 * import type { RetireOptions } from "@offramp/db/encryption";
 *
 * const patient: RetireOptions = { timeoutMs: 600_000 };
 * console.log(patient);
 */
export interface RetireOptions {
  /**
   * Milliseconds for which a newer version has been the one to write with. Default 300,000, by when no running process
   * writes the older one any more; less only where every key ring is known to be younger.
   */
  readonly settledMs?: number;
  /** Milliseconds to wait for transactions that were writing when the count began. Default 60,000. */
  readonly timeoutMs?: number;
}

/**
 * Removes a version of a data key that nothing is written with any more: after {@link rotateDataKey}, when
 * {@link reencrypt} has been over every table. Applications go on meanwhile.
 *
 * It waits for the transactions that write to the tables now, without holding up others, counts, and removes the version
 * only if no value has it. What is gone is gone: a value in an older backup cannot be read without it, so keep a version
 * for as long as such a backup is to be of use.
 *
 * @throws {EncryptionError} values still have it (the message says how many, and where), it is the version to write with,
 * a newer one has not been that for long enough, or a transaction did not end in time. Nothing is removed then.
 * @throws {ServerError} the role may not read a table, or may not write to `offramp.data_key`.
 *
 * @example
 * import { connect } from "@offramp/db";
 * import { KeyRing, kmsWrapper, reencrypt, retireKeyVersion } from "@offramp/db/encryption";
 *
 * const db = connect();
 * await reencrypt(db, new KeyRing(db, kmsWrapper({ keyId: "alias/clinic-phi" })), { table: "patients" });
 * await retireKeyVersion(db, { name: "phi", version: 1 });
 */
export async function retireKeyVersion(
  db: Database,
  { name, version }: { readonly name: string; readonly version: number },
  { settledMs = DEFAULT_SETTLED_MS, timeoutMs = 60_000 }: RetireOptions = {},
): Promise<void> {
  await refuseCurrent(db, { name, version, settledMs });
  await waitForWriters(db, timeoutMs);
  await db.transaction(async (transaction) => {
    await refuseCurrent(transaction, { name, version, settledMs });
    const used = (await keyUsage(transaction, name)).filter((usage) => usage.version === version);
    if (used.length > 0) {
      const total = used.reduce((sum, { values }) => sum + values, 0);
      const places = used.map(({ table, column, values }) => `${values} of ${table}.${column}`).join(", ");
      const tables = [...new Set(used.map(({ table }) => table))].join(", ");
      throw new EncryptionError(
        "key",
        `Version ${version} of the data key "${name}" cannot be retired: ${total} values are written with it (${places}). Run reencrypt() over ${tables} first.`,
      );
    }
    await transaction.query({
      text: "delete from offramp.data_key where name = $1 and version = $2",
      values: [name, String(version)],
    });
  });
}

interface Retiring {
  readonly name: string;
  readonly version: number;
  readonly settledMs: number;
}

async function refuseCurrent(db: Queryable, { name, version, settledMs }: Retiring): Promise<void> {
  const [row] = await db.query({
    text: `select exists (select from offramp.data_key where name = $1 and version = $2) as there,
      coalesce((select extract(epoch from clock_timestamp() - min(active_from)) * 1000 from offramp.data_key where name = $1 and version > $2), -1) as superseded_ms`,
    values: [name, String(version)],
  });
  if (row?.["there"] !== "t")
    throw new EncryptionError("key", `There is no version ${version} of the data key "${name}" to retire.`);
  const superseded = Number(row["superseded_ms"]);
  if (superseded >= settledMs && superseded >= 0) return;
  throw new EncryptionError(
    "key",
    superseded < 0
      ? `Version ${version} of the data key "${name}" is the one that values are written with. Rotate the key first: rotateDataKey().`
      : `A newer version of the data key "${name}" has been written with for ${Math.round(superseded / 1000)} s; version ${version} can be retired after ${settledMs / 1000} s, when no process writes it any more.`,
  );
}

/** Every transaction that writes to a table with encrypted columns, or to a partition of one, as locks show to any role. */
const WRITERS = `
with recursive marked(oid) as (
  select c.oid from offramp.encrypted_column e
  join pg_catalog.pg_namespace n on n.nspname = e.table_schema
  join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = e.table_name
  union select i.inhrelid from pg_catalog.pg_inherits i join marked m on m.oid = i.inhparent
)
select distinct l.virtualtransaction as writer from pg_catalog.pg_locks l join marked m on m.oid = l.relation
where l.locktype = 'relation' and l.granted and l.pid is distinct from pg_catalog.pg_backend_pid()
  and l.database = (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())
  and l.mode in ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')`;

/**
 * A transaction that wrote before the newer version was the one to write with may still be open, and a count would not
 * see its rows. Those that begin now write the newer one, so they are not waited for.
 */
async function waitForWriters(db: Queryable, timeoutMs: number): Promise<void> {
  const until = performance.now() + timeoutMs;
  const writers = async (): Promise<readonly string[]> =>
    (await db.query({ text: WRITERS })).map(({ writer }) => writer ?? "");
  let left = await writers();
  while (left.length > 0) {
    if (performance.now() > until) {
      throw new EncryptionError(
        "key",
        `${left.length} transactions that write to tables with encrypted columns did not end within ${timeoutMs} ms, so what they write cannot be counted. Nothing was removed; try again.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    const now = new Set(await writers());
    left = left.filter((writer) => now.has(writer));
  }
}
