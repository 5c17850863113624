import type { ReservedConnection, Row, Statement } from "../port.ts";
import { giveBack } from "./give-back.ts";
import type { Pace } from "./pace.ts";
import type { Pool } from "./pool.ts";
import type { ServerConnection } from "./server-connection.ts";

/**
 * A connection for statements that are sent in one go. Others may run theirs on it, before and behind: nothing of them
 * comes in between, and the transaction that these begin has ended when the next one's are read.
 */
export class ReservedAtOnce implements ReservedConnection {
  readonly #pool: Pool;
  readonly #connection: ServerConnection;
  readonly #pace: Pace;
  readonly #running: Promise<unknown>[] = [];
  #sealed = false;
  #released: Promise<void> | undefined;

  constructor(pool: Pool, connection: ServerConnection, pace: Pace) {
    this.#pool = pool;
    this.#connection = connection;
    this.#pace = pace;
  }

  async query(statement: Statement): Promise<readonly Row[]> {
    if (this.#sealed)
      throw new TypeError("this connection was reserved for statements that are sent at once");
    const running = this.#connection.run(statement, true);
    // What others send may follow in the same turn, but not before these.
    if (this.#running.push(running) === 1) queueMicrotask(() => this.#seal());
    const { rows, durationMs } = await running;
    if (statement.prepare === true) this.#pace.took(statement.text, durationMs);
    return rows;
  }

  // oxlint-disable-next-line require-yield -- a COPY needs a connection of its own.
  async *copyOut(): AsyncGenerator<Buffer, void, undefined> {
    throw noCopy();
  }

  copyIn(): Promise<number> {
    return Promise.reject(noCopy());
  }

  release(): Promise<void> {
    this.#sealed = true;
    this.#released ??= this.#finish();
    return this.#released;
  }

  #seal(): void {
    this.#sealed = true;
    // Against the promise: whoever comes next must not find it open.
    if (!this.#connection.usable || !this.#connection.transactionOpen) return;
    // If it fails, the connection is gone, and the pool drops it.
    this.#running.push(this.#connection.run({ text: "rollback" }, true).catch(() => undefined));
  }

  async #finish(): Promise<void> {
    await Promise.allSettled(this.#running);
    await giveBack(this.#pool, this.#connection);
  }
}

function noCopy(): TypeError {
  return new TypeError("a COPY needs a connection of its own: reserve() it without atOnce");
}
