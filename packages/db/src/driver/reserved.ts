import type { ReservedConnection, Row, Statement } from "../port.ts";
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
    if (this.#released !== undefined)
      throw new TypeError("this connection was given back with release(): reserve a new one");
    return (await this.#connection.run(statement, true)).rows;
  }

  release(): Promise<void> {
    this.#released ??= this.#finish();
    return this.#released;
  }

  async #finish(): Promise<void> {
    await this.#connection.settled();
    await giveBack(this.#pool, this.#connection);
  }
}
