import { ConnectionError } from "../errors/connection-error.ts";
import { ServerError } from "../errors/server-error.ts";
import type {
  Database,
  Health,
  Listener,
  ReservedConnection,
  Row,
  Statement,
  Transaction,
  TransactionOptions,
} from "../port.ts";
import { giveBack } from "./give-back.ts";
import { Listening } from "./listening.ts";
import { Pace } from "./pace.ts";
import { Pool, type PoolLimits } from "./pool.ts";
import { Reserved } from "./reserved.ts";
import type { Outcome, ServerConnection } from "./server-connection.ts";
import { runTransaction } from "./transaction.ts";

const DEFAULT_CLOSE_TIMEOUT_MS = 5_000;

/** Connections for what cannot wait for the pool; opened when there is such work. */
const BESIDE_THE_POOL = 2;

/** Opens connections, and knows where they lead. */
export interface Connector {
  /** `host:port/database as user`, without a secret. */
  describe(): string;
  open(): Promise<ServerConnection>;
}

/** The port, on a pool of connections. */
export class PooledDatabase implements Database {
  readonly #connector: Connector;
  readonly #pool: Pool;
  readonly #beside: Pool;
  readonly #listening: Listening;
  readonly #pace = new Pace();

  constructor(connector: Connector, limits: PoolLimits) {
    this.#connector = connector;
    this.#pool = new Pool(() => connector.open(), limits);
    this.#beside = new Pool(() => connector.open(), { ...limits, max: BESIDE_THE_POOL });
    this.#listening = new Listening(() => connector.open());
  }

  get description(): string {
    return this.#connector.describe();
  }

  query(statement: Statement): Promise<readonly Row[]> {
    return this.#queryOn(this.#pool, statement);
  }

  aside(statement: Statement): Promise<readonly Row[]> {
    return this.#queryOn(this.#beside, statement);
  }

  #queryOn(pool: Pool, statement: Statement): Promise<readonly Row[]> {
    // A cancel request hits whatever runs on its connection, so what may be cancelled has one for itself.
    const shares =
      statement.prepare === true && statement.signal === undefined && this.#pace.isBrief(statement.text);
    const connection = statement.signal?.aborted === true ? undefined : pool.take(shares);
    return connection === undefined
      ? pool.wait(shares, statement.signal).then((free) => this.#runOn(pool, free, statement))
      : this.#runOn(pool, connection, statement);
  }

  async #runOn(pool: Pool, connection: ServerConnection, statement: Statement): Promise<readonly Row[]> {
    let outcome: Outcome;
    let begun = false;
    try {
      outcome = await connection.run(statement);
      begun = connection.transactionOpen && statement.script !== true;
      if (statement.prepare === true && !begun) this.#pace.took(statement.text, outcome.durationMs);
    } finally {
      const returned = this.#giveBack(connection, pool);
      if (returned !== undefined) await returned;
    }
    // The next statement would run on another connection, outside of that transaction.
    if (begun)
      throw new TypeError("query() cannot begin a transaction: use transaction(), or reserve() a connection");
    return outcome.rows;
  }

  async transaction<T>(
    work: (transaction: Transaction) => Promise<T>,
    options: TransactionOptions = {},
  ): Promise<T> {
    const connection = await this.#pool.acquire();
    try {
      return await runTransaction(connection, work, options);
    } finally {
      await this.#giveBack(connection);
    }
  }

  async reserve(options: { readonly signal?: AbortSignal } = {}): Promise<ReservedConnection> {
    return new Reserved(this.#pool, await this.#pool.acquire(options.signal));
  }

  listen(channel: string, onNotify: (payload: string) => void, onReady?: () => void): Promise<Listener> {
    return this.#listening.add({ channel, onNotify, onReady });
  }

  async health(): Promise<Health> {
    try {
      const connection = await this.#pool.acquire();
      try {
        const started = performance.now();
        const { rows } = await connection.run({
          text: 'select current_user as "user", current_database() as "database"',
        });
        return {
          reachable: true,
          latencyMs: performance.now() - started,
          tls: connection.tls,
          ...optional("serverVersion", connection.serverVersion),
          ...optional("user", rows[0]?.["user"]),
          ...optional("database", rows[0]?.["database"]),
        };
      } finally {
        await this.#giveBack(connection);
      }
    } catch (error) {
      if (error instanceof ConnectionError || error instanceof ServerError)
        return { reachable: false, problem: error.message };
      throw error;
    }
  }

  async close({ timeoutMs = DEFAULT_CLOSE_TIMEOUT_MS }: { readonly timeoutMs?: number } = {}): Promise<void> {
    await Promise.all([this.#listening.close(), this.#pool.close(timeoutMs), this.#beside.close(timeoutMs)]);
  }

  /** The usual case takes no turn of the event loop. */
  #giveBack(connection: ServerConnection, pool = this.#pool): Promise<void> | undefined {
    if (connection.cancelling === undefined && !connection.transactionOpen) {
      pool.release(connection);
      return undefined;
    }
    return giveBack(pool, connection);
  }
}

function optional<K extends string>(key: K, value: string | null | undefined): Partial<Record<K, string>> {
  return value === null || value === undefined ? {} : ({ [key]: value } as Partial<Record<K, string>>);
}
