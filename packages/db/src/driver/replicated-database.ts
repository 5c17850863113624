import { ConnectionError } from "../errors/connection-error.ts";
import { ServerError } from "../errors/server-error.ts";
import type {
  Database,
  Health,
  Listener,
  ReservedConnection,
  ReserveOptions,
  Row,
  Statement,
  Transaction,
  TransactionOptions,
} from "../port.ts";
import { asOurOwn } from "../telemetry/statement-watch.ts";
import { OwnWrites } from "./own-writes.ts";
import type { PooledDatabase } from "./pooled-database.ts";
import { PrimaryPositions } from "./primary-positions.ts";
import type { Replica } from "./replica.ts";

const LOOK_EVERY_MS = 200;
/** SQLSTATE of a statement that a standby ended, because replaying removed rows that it needed. */
const RECOVERY_CONFLICT = "40001";
/**
 * Where the next record would go, which counts those that are committed but not written yet. At the beginning of a page
 * that is behind the page's header, where no replica can be before there is a record: 40 bytes in the first page of a
 * segment, 24 in others (PostgreSQL, access/xlog_internal.h).
 */
const PRIMARY_POSITION = asOurOwn({
  text: `select started, lsn - case when lsn % segment = 40 then 40 when lsn % page = 24 then 24 else 0 end as lsn
    from (select pg_postmaster_start_time() as started, pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') as lsn,
      pg_size_bytes(current_setting('wal_segment_size')) as segment, current_setting('wal_block_size')::int as page) as now`,
  readOnly: true,
});

/**
 * A primary with replicas. Reads that the caller declares go to a replica that has everything the same context wrote;
 * everything else, and what no replica can answer, goes to the primary.
 */
export class ReplicatedDatabase implements Database {
  readonly hasReplicas = true;
  readonly #primary: PooledDatabase;
  readonly #replicas: readonly Replica[];
  readonly #maxLagMs: number;
  readonly #writes = new OwnWrites();
  readonly #positions = new PrimaryPositions();
  #lookAt = 0;
  #turn = 0;

  constructor(primary: PooledDatabase, replicas: readonly Replica[], maxLagMs: number) {
    this.#primary = primary;
    this.#replicas = replicas;
    this.#maxLagMs = maxLagMs;
  }

  get description(): string {
    return this.#primary.description;
  }

  async query(statement: Statement): Promise<readonly Row[]> {
    if (statement.readOnly !== true) return this.#writing(this.#primary.query(statement));
    return this.#onReplica(
      (database) => database.query(statement),
      () => this.#primary.query(statement),
      statement.repeat,
    );
  }

  async read<T>(
    work: (connection: ReservedConnection) => Promise<T>,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<T> {
    return this.#onReplica(
      (database) => database.read(work, options),
      () => this.#primary.read(work, options),
    );
  }

  transaction<T>(work: (transaction: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T> {
    return this.#writing(this.#primary.transaction(work, options));
  }

  async reserve(options: ReserveOptions = {}): Promise<ReservedConnection> {
    if (options.readOnly === true) return this.#reserveForReading(options);
    const connection = await this.#primary.reserve(options);
    return {
      query: (statement) => this.#writing(connection.query(statement)),
      copyOut: (text) => connection.copyOut(text),
      copyIn: (text, blocks) => this.#writing(connection.copyIn(text, blocks)),
      release: () => connection.release(),
    };
  }

  /** No write of the context's: nothing that it reads depends on it. */
  aside(statement: Statement): Promise<readonly Row[]> {
    return this.#primary.aside(statement);
  }

  listen(channel: string, onNotify: (payload: string) => void, onReady?: () => void): Promise<Listener> {
    return this.#primary.listen(channel, onNotify, onReady);
  }

  async health(): Promise<Health> {
    const [health] = await Promise.all([this.#primary.health(), this.#look()]);
    return { ...health, replicas: this.#replicas.map((replica) => replica.health) };
  }

  async close(options?: { readonly timeoutMs?: number }): Promise<void> {
    this.#lookAt = Number.POSITIVE_INFINITY;
    const databases = [this.#primary, ...this.#replicas.map(({ database }) => database)];
    await Promise.all(databases.map((database) => database.close(options)));
  }

  async #reserveForReading(options: ReserveOptions): Promise<ReservedConnection> {
    const replica = this.#choose();
    if (replica === undefined) return this.#primary.reserve(options);
    const met = (error: unknown): void => {
      if (error instanceof ConnectionError) replica.leaveOut(error.message);
    };
    try {
      const connection = await replica.database.reserve(options);
      return {
        async query(statement) {
          try {
            return await connection.query(statement);
          } catch (error) {
            met(error);
            throw error;
          }
        },
        copyOut: (text) => connection.copyOut(text),
        copyIn: (text, blocks) => connection.copyIn(text, blocks),
        release: () => connection.release(),
      };
    } catch (error) {
      met(error);
      if (!(error instanceof ConnectionError)) throw error;
      return this.#primary.reserve(options);
    }
  }

  async #onReplica<T>(
    read: (database: PooledDatabase) => Promise<T>,
    onPrimary: () => Promise<T>,
    repeat = true,
  ): Promise<T> {
    const replica = this.#choose();
    if (replica === undefined) return onPrimary();
    try {
      return await read(replica.database);
    } catch (error) {
      if (error instanceof ConnectionError) {
        // Closed by its owner, which says nothing of the replica.
        if (error.problem === "closed") throw error;
        replica.leaveOut(error.message);
        if (!repeat && error.outcome === "unknown") throw error;
      } else if (!(error instanceof ServerError && error.code === RECOVERY_CONFLICT)) throw error;
      return onPrimary();
    }
  }

  /** The next in turn of those that have what the context wrote. */
  #choose(): Replica | undefined {
    if (performance.now() >= this.#lookAt) void this.#look();
    const since = this.#writes.lastAt;
    for (let step = 0; step < this.#replicas.length; step += 1) {
      this.#turn = (this.#turn + 1) % this.#replicas.length;
      const replica = this.#replicas[this.#turn];
      if (replica?.has(since, this.#maxLagMs) === true) return replica;
    }
    return undefined;
  }

  /** In the background of reads: where nobody reads, nobody asks. */
  async #look(): Promise<void> {
    this.#lookAt = performance.now() + LOOK_EVERY_MS;
    const at = performance.now();
    try {
      // Beside the pool, so that a busy one does not make the replicas look old.
      const [row] = await this.#primary.aside(PRIMARY_POSITION);
      this.#positions.add(at, BigInt(row?.["lsn"] ?? 0));
      const view = { positions: this.#positions, started: row?.["started"] ?? "" };
      await Promise.all(this.#replicas.map((replica) => replica.look(view)));
    } catch (error) {
      // Without the primary no replica can be known to be recent; the calls meet what is wrong with it themselves.
      if (!(error instanceof ConnectionError) && !(error instanceof ServerError)) throw error;
    }
  }

  #writing<T>(work: Promise<T>): Promise<T> {
    return work.finally(() => this.#writes.note());
  }
}
