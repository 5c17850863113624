/**
 * The port to the database: the few methods that every other part of Offramp uses.
 *
 * Nothing behind this file is visible to callers; the folder `driver` implements it on
 * postgres.js, and one file there is the only one that imports it.
 */

import type { Health } from "./port/health.ts";
import type {
  Listener,
  Queryable,
  ReservedConnection,
  ReserveOptions,
  Transaction,
  TransactionOptions,
} from "./port/session.ts";
import type { Row, Statement } from "./port/statement.ts";

export type * from "./port/health.ts";
export type * from "./port/session.ts";
export type * from "./port/statement.ts";

/**
 * A pooled database. Made by {@link connect}.
 *
 * @example
 * import { connect, type Database } from "@offramp/db";
 *
 * const db: Database = connect();
 * const [row] = await db.query({ text: "select count(*) as n from profiles" });
 * console.log(`${db.description}: ${row?.["n"]} profiles`);
 * await db.close();
 */
export interface Database extends Queryable {
  /** `host:port/database as user`, for messages. Never contains a secret. */
  readonly description: string;
  /** Reads that the caller declares may go to a replica. Absent where there is none. */
  readonly hasReplicas?: true;
  transaction<T>(work: (transaction: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** Takes a connection out of the pool. */
  reserve(options?: ReserveOptions): Promise<ReservedConnection>;
  /**
   * Runs `work` on a reserved connection, and again on another one when that breaks: `work` must change nothing. It may
   * run on a replica.
   */
  read<T>(
    work: (connection: ReservedConnection) => Promise<T>,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<T>;
  /**
   * Runs one statement like `query`, on one of two connections beside the pool: for what must be committed while every
   * connection of the pool may be waiting for it, such as the record of what a transaction is about to show.
   */
  aside(statement: Statement): Promise<readonly Row[]>;
  /** Subscribes to `NOTIFY channel`. Reconnects by itself; `onReady` runs at each (re)connection. */
  listen(channel: string, onNotify: (payload: string) => void, onReady?: () => void): Promise<Listener>;
  health(): Promise<Health>;
  /**
   * Refuses what comes from now on, what waits for a connection included (`problem: "closed"`, nothing took effect), and
   * lets finish what runs: statements, transactions, reserved connections until they are released, COPY. What still runs
   * after `timeoutMs` (default 5,000) is cut, and told whether its outcome is known. A second call waits for the first.
   */
  close(options?: { readonly timeoutMs?: number }): Promise<void>;
}
