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
  /** Statements that have not ended. */
  #running = 0;
  #whenEnded: (() => void) | undefined;
  #began = false;
  #sealed = false;
  #released: Promise<void> | undefined;

  constructor(pool: Pool, connection: ServerConnection, pace: Pace) {
    this.#pool = pool;
    this.#connection = connection;
    this.#pace = pace;
  }

  query(statement: Statement): Promise<readonly Row[]> {
    if (this.#sealed) {
      return Promise.reject(
        new TypeError("this connection was reserved for statements that are sent at once"),
      );
    }
    const ended = this.#run(statement);
    if (!this.#began) {
      this.#began = true;
      // What others send may follow in the same turn, but not before these.
      queueMicrotask(() => this.#seal());
    }
    return ended;
  }

  async #run(statement: Statement): Promise<readonly Row[]> {
    this.#running += 1;
    try {
      const { rows, durationMs } = await this.#connection.run(statement, true);
      if (statement.prepare === true) this.#pace.took(statement.text, durationMs);
      return rows;
    } finally {
      this.#running -= 1;
      if (this.#running === 0) this.#whenEnded?.();
    }
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
    this.#run({ text: "rollback" }).catch(() => undefined);
  }

  async #finish(): Promise<void> {
    if (this.#running > 0) await new Promise<void>((resolve) => (this.#whenEnded = resolve));
    await giveBack(this.#pool, this.#connection);
  }
}

function noCopy(): TypeError {
  return new TypeError("a COPY needs a connection of its own: reserve() it without atOnce");
}
