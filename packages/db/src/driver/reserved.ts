import type { ReservedConnection, Row, Statement } from "../port.ts";
import { copyLeft } from "./connection-failure.ts";
import { giveBack } from "./give-back.ts";
import type { Pool } from "./pool.ts";
import type { ServerConnection } from "./server-connection.ts";

/** A connection for one caller. Statements are on their way at once, in the order of the calls. */
export class Reserved implements ReservedConnection {
  readonly #pool: Pool;
  readonly #connection: ServerConnection;
  #released: Promise<void> | undefined;

  constructor(pool: Pool, connection: ServerConnection) {
    this.#pool = pool;
    this.#connection = connection;
  }

  async query(statement: Statement): Promise<readonly Row[]> {
    this.#check();
    return (await this.#connection.run(statement, true)).rows;
  }

  async *copyOut(text: string): AsyncGenerator<Buffer, void, undefined> {
    this.#check();
    const exchange = await this.#connection.startCopy(text);
    try {
      yield* exchange.read();
    } finally {
      // The server would send the rest to whoever comes next.
      if (!exchange.hasEnded) await this.#connection.abandon(copyLeft());
    }
  }

  async copyIn(text: string, blocks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<number> {
    this.#check();
    const exchange = await this.#connection.startCopy(text);
    try {
      return await exchange.write(blocks);
    } finally {
      if (!exchange.hasEnded) await this.#connection.abandon(copyLeft());
    }
  }

  release(): Promise<void> {
    this.#released ??= this.#finish();
    return this.#released;
  }

  #check(): void {
    if (this.#released !== undefined)
      throw new TypeError("this connection was given back with release(): reserve a new one");
  }

  async #finish(): Promise<void> {
    if (this.#connection.copying) await this.#connection.abandon(copyLeft());
    await this.#connection.settled();
    await giveBack(this.#pool, this.#connection);
  }
}
