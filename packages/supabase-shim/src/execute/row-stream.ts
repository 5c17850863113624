import type { Database, ReservedConnection, Row, Statement } from "@offramp/db";
import { type Session, settingsStatement } from "./session.ts";

export interface RowStreamOptions {
  readonly session: Session;
  /** Declares the cursor. */
  readonly cursor: Statement;
  readonly signal: AbortSignal | undefined;
}

/**
 * A cursor in a read-only transaction of its own: the rows of one moment, in batches that the server makes as they are
 * fetched. Neither side ever holds more than one. PostgreSQL's documentation, "DECLARE" and "FETCH".
 */
export class RowStream {
  readonly #connection: ReservedConnection;
  readonly #signal: AbortSignal | undefined;

  private constructor(connection: ReservedConnection, signal: AbortSignal | undefined) {
    this.#connection = connection;
    this.#signal = signal;
  }

  /** Takes a connection; whoever opened the stream must close it. Opening sends all it has to in one round trip. */
  static async open(database: Database, { session, cursor, signal }: RowStreamOptions): Promise<RowStream> {
    const connection = await database.reserve({ signal, readOnly: true });
    try {
      const settings = settingsStatement(session);
      const level = session.isolation ?? "read committed";
      const sent = [
        { text: `begin isolation level ${level} read only` },
        // The planner takes a cursor's reader to leave after a tenth of the rows; an export reads them all.
        { text: "set local cursor_tuple_fraction = 1" },
        ...(settings === undefined ? [] : [settings]),
        ...(session.before === undefined ? [] : [session.before]),
        { ...cursor, signal },
      ];
      const settled = await Promise.allSettled(sent.map((statement) => connection.query(statement)));
      const failed = settled.find((outcome) => outcome.status === "rejected");
      if (failed !== undefined) throw failed.reason;
      return new RowStream(connection, signal);
    } catch (thrown) {
      await connection.release();
      throw thrown;
    }
  }

  /** The next rows; fewer than asked for, or none, at the end. */
  fetch(rows: number): Promise<readonly Row[]> {
    return this.query({ text: `fetch forward ${rows} from offramp_stream` });
  }

  /** Runs a statement in the stream's transaction, with its rights. */
  query(statement: Statement): Promise<readonly Row[]> {
    return this.#connection.query({ ...statement, signal: this.#signal });
  }

  /** Ends the transaction, and the cursor with it, and gives the connection back: read to the end or left early. */
  async close(): Promise<void> {
    await this.#connection.release();
  }
}
