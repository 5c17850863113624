/**
 * The port to the database: the few methods that every other part of Offramp uses.
 *
 * Nothing behind this file is visible to callers; the folder `driver` implements it on
 * postgres.js, and one file there is the only one that imports it.
 */

/** A parameter: PostgreSQL's text input for the type that the statement infers, or NULL. Booleans, dates and JSON are sent as text too. */
export type Parameter = string | null;

/** One SQL statement. `text` carries `$1`, `$2`, … and never a value. */
export interface Statement {
  readonly text: string;
  readonly values?: readonly Parameter[];
  /**
   * Keep a prepared statement for this text on the connection. Prepared statements are never
   * evicted by the driver, so ask for it only for a bounded set of texts. Default `false`.
   */
  readonly prepare?: boolean;
  /**
   * The text may hold several statements, separated by `;`, and takes no values. Without a
   * transaction around it, it is one: all or nothing. Resolves to the rows of the last statement.
   * Only for text that a person wrote, such as a migration. Default `false`: then a second
   * statement in the text is refused by the server.
   */
  readonly script?: boolean;
  /** Cancels the running statement in PostgreSQL (a cancel request, SQLSTATE 57014). */
  readonly signal?: AbortSignal;
}

/** A result row: every value is PostgreSQL's text output, or null. Nothing is parsed. */
export type Row = Readonly<Record<string, string | null>>;

export interface Queryable {
  /**
   * Runs one statement and resolves to its rows.
   *
   * @throws {ServerError} PostgreSQL refused the statement; carries SQLSTATE, detail and hint.
   * @throws {ConnectionError} the server could not be reached, refused the credentials, or went away.
   */
  query(statement: Statement): Promise<readonly Row[]>;
}

/** A connection taken out of the pool. Statements sent without awaiting in between are pipelined in order. */
export interface ReservedConnection extends Queryable {
  /** Gives the connection back. A connection whose transaction is still open is rolled back first. */
  release(): Promise<void>;
}

export interface TransactionOptions {
  readonly isolation?: "read committed" | "repeatable read" | "serializable";
  readonly readOnly?: boolean;
}

export interface Transaction extends Queryable {
  /** Runs `work` inside a savepoint: an error rolls back to it and is thrown on. */
  savepoint<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
}

export interface Listener {
  unlisten(): Promise<void>;
  /** Lets the process end although this listener is there. By default a listener keeps it running. */
  unref(): void;
}

export interface Health {
  readonly reachable: boolean;
  /** Milliseconds for one round trip, when reachable. */
  readonly latencyMs?: number;
  readonly serverVersion?: string;
  readonly tls?: boolean;
  readonly user?: string;
  readonly database?: string;
  /** Why the server is not reachable, with the remedy. Never contains a secret. */
  readonly problem?: string;
}

/** A pooled database. Made by {@link connect}. */
export interface Database extends Queryable {
  /** `host:port/database as user`, for messages. Never contains a secret. */
  readonly description: string;
  transaction<T>(work: (transaction: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T>;
  reserve(): Promise<ReservedConnection>;
  /** Subscribes to `NOTIFY channel`. Reconnects by itself; `onReady` runs at each (re)connection. */
  listen(channel: string, onNotify: (payload: string) => void, onReady?: () => void): Promise<Listener>;
  health(): Promise<Health>;
  /** Lets running statements finish for up to `timeoutMs` (default 5,000), then closes every connection. */
  close(options?: { readonly timeoutMs?: number }): Promise<void>;
}
