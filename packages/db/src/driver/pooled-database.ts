import type { Observe } from "../observation.ts";
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
import { closed, noListening } from "./connection-failure.ts";
import { checkHealth } from "./check-health.ts";
import type { Connector } from "./connector.ts";
import { giveBack } from "./give-back.ts";
import { Listening } from "./listening.ts";
import { Pace } from "./pace.ts";
import { Pool, type PoolLimits } from "./pool.ts";
import { type FailedWork, mayRepeat, Repetition } from "./repetition.ts";
import { Reserved } from "./reserved.ts";
import { ReservedAtOnce } from "./reserved-at-once.ts";
import type { Outcome, ServerConnection } from "./server-connection.ts";
import { ALONE } from "./sharing.ts";
import { Watching } from "./watching.ts";
import { beginText, runTransaction } from "./transaction.ts";

const DEFAULT_CLOSE_TIMEOUT_MS = 5_000;

/** Connections for what cannot wait for the pool; opened when there is such work. */
const BESIDE_THE_POOL = 2;

/** The port, on a pool of connections. */
export class PooledDatabase implements Database {
  readonly #connector: Connector;
  readonly #pool: Pool;
  readonly #beside: Pool;
  readonly #listening: Listening;
  readonly #pace = new Pace();
  readonly #watching: Watching;
  readonly #newRepetition: () => Repetition;
  #closing: Promise<void> | undefined;

  constructor(connector: Connector, limits: PoolLimits, observe: Observe) {
    this.#connector = connector;
    this.#newRepetition = () => new Repetition(limits.retryWithinMs, observe);
    this.#pool = new Pool(() => this.#watching.open(this.#pool), limits, observe);
    const besideLimits = { ...limits, max: BESIDE_THE_POOL };
    this.#beside = new Pool(() => this.#watching.open(this.#beside, " beside"), besideLimits, observe);
    this.#watching = new Watching(connector, this.#beside, { ...limits, observe });
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
    const sharing =
      statement.prepare === true && statement.signal === undefined
        ? this.#pace.sharing(statement.text, isLockFree(statement))
        : ALONE;
    const connection = statement.signal?.aborted === true ? undefined : pool.take(sharing);
    return connection === undefined
      ? pool.wait(sharing, statement.signal).then((free) => this.#runOn(pool, free, statement))
      : this.#runOn(pool, connection, statement);
  }

  async #runOn(pool: Pool, connection: ServerConnection, statement: Statement): Promise<readonly Row[]> {
    let outcome: Outcome;
    let begun = false;
    try {
      outcome = await connection.run(statement);
      begun = connection.transactionOpen && statement.script !== true;
      if (statement.prepare === true && !begun) this.#pace.took(statement.text, outcome.durationMs);
    } catch (error) {
      await this.#giveBack(connection, pool);
      if (!mayRepeat(error, workOf(statement, pool.isDemoted(connection)))) throw error;
      return this.#repeat(pool, error, statement);
    }
    const returned = this.#giveBack(connection, pool);
    if (returned !== undefined) await returned;
    // The next statement would run on another connection, outside of that transaction.
    if (begun)
      throw new TypeError("query() cannot begin a transaction: use transaction(), or reserve() a connection");
    return outcome.rows;
  }

  async transaction<T>(
    work: (transaction: Transaction) => Promise<T>,
    options: TransactionOptions = {},
  ): Promise<T> {
    const begin = { text: beginText(options) };
    for (let repetition: Repetition | undefined; ;) {
      const connection = await this.#pool.acquire();
      try {
        // Awaited, because statements sent behind a `begin` that fails would each commit on their own.
        await connection.run(begin);
      } catch (error) {
        await this.#giveBack(connection);
        // Nothing was done yet, whatever the transaction is for.
        if (!mayRepeat(error, { readOnly: true, demoted: false, signal: undefined })) throw error;
        repetition ??= this.#newRepetition();
        await repetition.pause(error);
        continue;
      }
      try {
        return await runTransaction(connection, work);
      } finally {
        await this.#giveBack(connection);
      }
    }
  }

  async read<T>(
    work: (connection: ReservedConnection) => Promise<T>,
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<T> {
    const { signal } = options;
    for (let repetition: Repetition | undefined; ;) {
      const connection = await this.reserve(options);
      try {
        return await work(connection);
      } catch (error) {
        if (!mayRepeat(error, { readOnly: true, demoted: false, signal })) throw error;
        await connection.release();
        repetition ??= this.#newRepetition();
        await repetition.pause(error);
      } finally {
        await connection.release();
      }
    }
  }

  async reserve(options: ReserveOptions = {}): Promise<ReservedConnection> {
    const { signal, atOnce } = options;
    if (atOnce === undefined) return new Reserved(this.#pool, await this.#pool.acquire(signal));
    const sharing = signal === undefined ? this.#pace.sharing(atOnce, isLockFree(options)) : ALONE;
    const free = signal?.aborted === true ? undefined : this.#pool.take(sharing);
    const connection = free ?? (await this.#pool.wait(sharing, signal));
    return new ReservedAtOnce(this.#pool, connection, this.#pace);
  }

  listen(channel: string, onNotify: (payload: string) => void, onReady?: () => void): Promise<Listener> {
    if (!this.#connector.listens) return Promise.reject(noListening());
    return this.#listening.add({ channel, onNotify, onReady });
  }

  async health(): Promise<Health> {
    const health = await checkHealth(async (ask) => {
      const idle = this.#pool.take(ALONE);
      if (idle === undefined && this.#pool.closed) throw closed();
      // One of its own where none is free: who asks for the health must not wait for what is wrong with it.
      const connection = idle ?? (await this.#connector.open());
      try {
        return await ask(connection);
      } finally {
        await (idle === undefined ? connection.close() : this.#giveBack(connection));
      }
    });
    return { ...health, pool: this.#pool.gauges };
  }

  close({ timeoutMs = DEFAULT_CLOSE_TIMEOUT_MS }: { readonly timeoutMs?: number } = {}): Promise<void> {
    this.#closing ??= this.#close(performance.now() + timeoutMs);
    return this.#closing;
  }

  async #close(until: number): Promise<void> {
    const left = (): number => Math.max(0, until - performance.now());
    await Promise.all([this.#listening.close(left()), this.#pool.close(left())]);
    // What ran may have to write its record beside the pool, also as the last thing it does.
    await new Promise((resolve) => setImmediate(resolve));
    await this.#beside.close(left());
  }

  async #repeat(pool: Pool, first: unknown, statement: Statement): Promise<readonly Row[]> {
    const repetition = this.#newRepetition();
    for (let last = first; ;) {
      await repetition.pause(last);
      const connection = await pool.acquire(statement.signal);
      try {
        return (await connection.run(statement)).rows;
      } catch (error) {
        if (!mayRepeat(error, workOf(statement, pool.isDemoted(connection)))) throw error;
        last = error;
      } finally {
        await this.#giveBack(connection, pool);
      }
    }
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

function isLockFree({ readOnly, lockFree }: Pick<ReserveOptions, "readOnly" | "lockFree">): boolean {
  return readOnly === true || lockFree === true;
}

function workOf({ readOnly = false, repeat = true, signal }: Statement, demoted: boolean): FailedWork {
  return { readOnly: readOnly && repeat, demoted, signal };
}
