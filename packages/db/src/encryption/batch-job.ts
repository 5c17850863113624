import type { Database, Queryable, Row } from "../port.ts";
import { EncryptionError } from "./encryption-error.ts";
import type { KeyRing } from "./key-ring.ts";
import type { MarkedTable } from "./marked-table.ts";

/**
 * How far a job has come, after each batch.
 *
 * @example
 * import type { EncryptionProgress } from "@offramp/db/encryption";
 *
 * const show = ({ rowsSeen, rowsWritten }: EncryptionProgress): void => console.log(`${rowsWritten} of ${rowsSeen}`);
 * console.log(show.name);
 */
export interface EncryptionProgress {
  /** The table, as `schema.table`. */
  readonly table: string;
  /** Rows that the job has looked at since it began, in this process and in those before. */
  readonly rowsSeen: number;
  /** Rows of them that it has written. */
  readonly rowsWritten: number;
  /** The planner's estimate of the table's rows. */
  readonly rowsEstimated: number;
  readonly finished: boolean;
}

/**
 * How a job runs.
 *
 * @example
 * import type { BatchOptions } from "@offramp/db/encryption";
 *
 * const gentle: BatchOptions = { batchSize: 100, pauseMs: 50, onProgress: ({ rowsSeen }) => console.log(rowsSeen) };
 * console.log(gentle.batchSize);
 */
export interface BatchOptions {
  /** Rows of a transaction, which it locks against other writers. Default 500. */
  readonly batchSize?: number;
  /** Milliseconds to rest between batches. Default 0. */
  readonly pauseMs?: number;
  /** Is told after each batch, when that is committed. What it throws ends the job, which a later run takes up. */
  readonly onProgress?: (progress: EncryptionProgress) => void | Promise<void>;
  /** Ends the job after the batch that is running; a later run takes it up. */
  readonly signal?: AbortSignal;
}

/** What a job does with the rows of a batch. */
export interface BatchWork {
  /** Select-list items beside the row's key. */
  readonly selected: readonly string[];
  /** Rewrites rows of the batch. Each row has its key as `k0`, `k1`, … Resolves to how many it wrote. */
  write(transaction: Queryable, rows: readonly Row[]): Promise<number>;
}

interface Job {
  readonly name: string;
  readonly table: MarkedTable;
  readonly work: BatchWork;
}

/**
 * Goes over a table by its primary key. Each batch is a transaction that moves the job's checkpoint too, so a job that
 * dies is taken up behind its last whole batch. Of two processes with one job, one works at a time.
 */
export async function runBatches(
  db: Database,
  { name, table, work }: Job,
  { keys, options }: { readonly keys: KeyRing; readonly options: BatchOptions },
): Promise<EncryptionProgress> {
  const { batchSize = 500, pauseMs = 0, onProgress, signal } = options;
  if (!Number.isInteger(batchSize) || batchSize < 1)
    throw new EncryptionError("setting", "batchSize must be a whole number from 1.");
  const rowsEstimated = await estimate(db, table);
  await begin(db, name);
  for (;;) {
    signal?.throwIfAborted();
    await keys.ready();
    const moved = await db.transaction((transaction) =>
      runBatch(transaction, { name, table, work }, batchSize),
    );
    const progress = { table: table.name, ...moved, rowsEstimated };
    await onProgress?.(progress);
    if (moved.finished) return progress;
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

/** A job that was finished begins anew; one that was not goes on. */
async function begin(db: Queryable, job: string): Promise<void> {
  await db.query({
    text: `insert into offramp.encryption_job as known (job) values ($1) on conflict (job) do update
      set checkpoint = null, rows_seen = 0, rows_written = 0, started_at = now(), finished_at = null
      where known.finished_at is not null`,
    values: [job],
  });
}

type Moved = Pick<EncryptionProgress, "rowsSeen" | "rowsWritten" | "finished">;

async function runBatch(transaction: Queryable, { name, table, work }: Job, size: number): Promise<Moved> {
  const [state] = await transaction.query({
    text: "select to_json(checkpoint)::text as checkpoint, finished_at is not null as finished from offramp.encryption_job where job = $1 for update",
    values: [name],
  });
  const checkpoint = JSON.parse(state?.["checkpoint"] ?? "null") as readonly string[] | null;
  // Another process finished it while this one waited.
  const rows =
    state?.["finished"] === "t" ? [] : await readBatch(transaction, { table, work, checkpoint, size });
  const written = rows.length === 0 ? 0 : await work.write(transaction, rows);
  const last = rows.at(-1);
  const finished = rows.length < size;
  const [moved] = await transaction.query({
    text: `update offramp.encryption_job set
        checkpoint = coalesce((select array_agg(value order by place) from json_array_elements_text($2::json) with ordinality as _(value, place)), checkpoint),
        rows_seen = rows_seen + $3::bigint, rows_written = rows_written + $4::bigint, moved_at = now(),
        finished_at = case when $5::boolean then coalesce(finished_at, now()) end
      where job = $1 returning rows_seen, rows_written`,
    values: [
      name,
      last === undefined ? "[]" : JSON.stringify(keyOf(table, last)),
      String(rows.length),
      String(written),
      String(finished),
    ],
  });
  return { rowsSeen: Number(moved?.["rows_seen"]), rowsWritten: Number(moved?.["rows_written"]), finished };
}

interface Batch {
  readonly table: MarkedTable;
  readonly work: BatchWork;
  readonly checkpoint: readonly string[] | null;
  readonly size: number;
}

function readBatch(
  transaction: Queryable,
  { table, work, checkpoint, size }: Batch,
): Promise<readonly Row[]> {
  const names = table.key.map(({ name }) => name);
  const after =
    checkpoint === null
      ? ""
      : ` where (${names.join(", ")}) > (${table.key.map(({ type }, index) => `$${index + 2}::${type}`).join(", ")})`;
  const selected = [...names.map((name, index) => `${name}::text as k${index}`), ...work.selected];
  return transaction.query({
    text: `select ${selected.join(", ")} from ${table.relation}${after} order by ${names.join(", ")} limit $1 for no key update`,
    values: [String(size), ...(checkpoint ?? [])],
  });
}

/** The key of a batch's row, in its order. */
export function keyOf(table: MarkedTable, row: Row): readonly string[] {
  return table.key.map((_, index) => row[`k${index}`] ?? "");
}

async function estimate(db: Queryable, { relation }: MarkedTable): Promise<number> {
  const [row] = await db.query({
    text: "select greatest(reltuples, 0)::bigint as rows from pg_class where oid = $1::regclass",
    values: [relation],
  });
  return Number(row?.["rows"]);
}

/** A batch's rows as they are written: the key, and hex of the columns that change. */
export interface WrittenRow {
  readonly key: readonly string[];
  readonly values: Readonly<Record<string, Uint8Array>>;
}

/** Writes columns of rows by key. A column that a row does not have stays as it is. `also` is further SET items. */
export async function writeRows(
  transaction: Queryable,
  table: MarkedTable,
  {
    columns,
    rows,
    also = [],
  }: {
    readonly columns: readonly string[];
    readonly rows: readonly WrittenRow[];
    readonly also?: readonly string[];
  },
): Promise<number> {
  if (rows.length === 0) return 0;
  const json = rows.map(({ key, values }) => ({
    ...Object.fromEntries(key.map((value, index) => [`k${index}`, value])),
    ...Object.fromEntries(
      columns.flatMap((name, index) => {
        const value = values[name];
        return value === undefined ? [] : [[`v${index}`, `\\x${Buffer.from(value).toString("hex")}`]];
      }),
    ),
  }));
  const typed = [
    ...table.key.map(({ type }, index) => `k${index} ${type}`),
    ...columns.map((_, index) => `v${index} bytea`),
  ];
  const set = columns.map((name, index) => `${name} = coalesce(given.v${index}, stored.${name})`);
  const found = table.key.map(({ name }, index) => `stored.${name} = given.k${index}`);
  await transaction.query({
    text: `update ${table.relation} as stored set ${[...set, ...also].join(", ")} from json_to_recordset($1::json) as given(${typed.join(", ")}) where ${found.join(" and ")}`,
    values: [JSON.stringify(json)],
  });
  return rows.length;
}
