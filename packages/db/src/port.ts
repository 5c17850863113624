/**
 * The port to the database: the few methods that every other part of Offramp uses.
 *
 * Nothing behind this file is visible to callers; the folder `driver` implements it on
 * postgres.js, and one file there is the only one that imports it.
 */

/**
 * A parameter: PostgreSQL's text input for the type that the statement infers, or NULL. Booleans, dates and JSON are sent as text too.
 *
 * @example
 * import type { Parameter } from "@offramp/db";
 *
 * // For `$1::boolean`, `$2::date`, `$3::int[]`, `$4::jsonb` and a column that may be null:
 * const values: readonly Parameter[] = ["true", "2026-07-04", "{1,2}", '{"zone":1}', null];
 * console.log(values.length);
 */
export type Parameter = string | null;

/**
 * One SQL statement. `text` carries `$1`, `$2`, … and never a value.
 *
 * @example
 * import { connect, type Statement } from "@offramp/db";
 *
 * const statement: Statement = {
 *   text: "select id, full_name from profiles where email = $1",
 *   values: ["ann@example.org"],
 *   signal: AbortSignal.timeout(2_000),
 * };
 * console.log(await connect().query(statement));
 */
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
  /**
   * The caller's promise that the statement changes nothing. Then it is sent again when its connection breaks, and
   * may go to a replica. Nothing is concluded from the text. Default `false`.
   */
  readonly readOnly?: boolean;
  /**
   * With `false`, a read that was under way when its connection broke is not sent again, and fails. What provably was not
   * sent still goes to another connection. Default `true`.
   */
  readonly repeat?: boolean | undefined;
  /** Cancels the running statement in PostgreSQL (a cancel request, SQLSTATE 57014). */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A result row: every value is PostgreSQL's text output, or null. Nothing is parsed.
 *
 * @example
 * import { connect, type Row } from "@offramp/db";
 *
 * const rows: readonly Row[] = await connect().query({ text: "select 1 as one, null as nothing" });
 * console.log(rows[0]?.["one"]); // the text "1"
 */
export type Row = Readonly<Record<string, string | null>>;

/**
 * What runs statements: a database, a transaction, or a reserved connection.
 *
 * @example
 * import type { Queryable } from "@offramp/db";
 *
 * async function countProfiles(db: Queryable): Promise<number> {
 *   const [row] = await db.query({ text: "select count(*) as n from profiles" });
 *   return Number(row?.["n"]);
 * }
 * console.log(countProfiles.name);
 */
export interface Queryable {
  /**
   * Runs one statement and resolves to its rows.
   *
   * @throws {ServerError} PostgreSQL refused the statement; carries SQLSTATE, detail and hint.
   * @throws {ConnectionError} the server could not be reached, refused the credentials, or went away.
   */
  query(statement: Statement): Promise<readonly Row[]>;
}

/**
 * A connection taken out of the pool. Statements sent without awaiting in between are pipelined in order.
 *
 * @example
 * import { connect, type ReservedConnection } from "@offramp/db";
 *
 * const connection: ReservedConnection = await connect().reserve();
 * try {
 *   // Sent together: one round trip. If `begin` fails, what follows runs without a transaction.
 *   const [, , rows] = await Promise.all([
 *     connection.query({ text: "begin read only" }),
 *     connection.query({ text: "select set_config('app.user', $1, true)", values: ["ann"] }),
 *     connection.query({ text: "select current_setting('app.user') as who" }),
 *     connection.query({ text: "commit" }),
 *   ]);
 *   console.log(rows);
 * } finally {
 *   await connection.release();
 * }
 */
export interface ReservedConnection extends Queryable {
  /**
   * Runs one `COPY … TO STDOUT` and yields what the server sends, in blocks of about 64 KiB that may end in the middle of
   * a row. While the consumer works, the server waits: memory stays flat. A consumer that leaves early closes the
   * connection. Nothing else can run on the connection until the COPY has ended.
   *
   * Source: PostgreSQL's documentation, "COPY" and "COPY Operations" of the protocol.
   *
   * @throws {ServerError} PostgreSQL refused the statement, or stopped in the middle.
   * @throws {ConnectionError} the connection was lost.
   *
   * @example
   * import { createWriteStream } from "node:fs";
   * import { connect } from "@offramp/db";
   *
   * const connection = await connect().reserve();
   * const file = createWriteStream("profiles.tsv");
   * for await (const block of connection.copyOut("copy profiles to stdout")) file.write(block);
   * file.end();
   * await connection.release();
   */
  copyOut(text: string): AsyncGenerator<Buffer, void, undefined>;
  /**
   * Runs one `COPY … FROM STDIN` and sends it the blocks, each when the socket has taken the one before. A failure of
   * `blocks` itself makes the server drop everything of this COPY, and is thrown on.
   *
   * @returns how many rows the server counted.
   * @throws {ServerError} a row was refused; `fields.line` and `fields.column` say which, `message` and `detail` may quote
   * its values.
   * @throws {ConnectionError} the connection was lost.
   *
   * @example
   * import { connect } from "@offramp/db";
   *
   * const source = await connect({ url: "postgres://localhost/old" }).reserve();
   * const target = await connect({ url: "postgres://localhost/new" }).reserve();
   * const rows = await target.copyIn("copy profiles from stdin", source.copyOut("copy profiles to stdout"));
   * console.log(`${rows} rows`);
   */
  copyIn(text: string, blocks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<number>;
  /** Gives the connection back. A connection whose transaction is still open is rolled back first. */
  release(): Promise<void>;
}

/**
 * How a transaction begins. What is not given is as the server has it by default.
 *
 * @example
 * import { connect, type TransactionOptions } from "@offramp/db";
 *
 * const consistent: TransactionOptions = { isolation: "repeatable read", readOnly: true };
 * await connect().transaction((transaction) => transaction.query({ text: "select 1" }), consistent);
 */
export interface TransactionOptions {
  readonly isolation?: "read committed" | "repeatable read" | "serializable";
  readonly readOnly?: boolean;
}

/**
 * A transaction that is running. It ends when the function it was given to does.
 *
 * @example
 * import { connect } from "@offramp/db";
 *
 * await connect().transaction(async (transaction) => {
 *   await transaction.query({ text: "insert into profiles (email) values ($1)", values: ["ann@example.org"] });
 *   try {
 *     await transaction.savepoint((inner) => inner.query({ text: "insert into profiles (email) values (null)" }));
 *   } catch {
 *     console.log("only the second insert was undone");
 *   }
 * });
 */
export interface Transaction extends Queryable {
  /** Runs `work` inside a savepoint: an error rolls back to it and is thrown on. */
  savepoint<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
}

/**
 * A subscription to a channel.
 *
 * @example
 * import { connect, type Listener } from "@offramp/db";
 *
 * const listener: Listener = await connect().listen("report_ready", (id) => console.log(id));
 * listener.unref();
 * await listener.unlisten();
 */
export interface Listener {
  unlisten(): Promise<void>;
  /** Lets the process end although this listener is there. By default a listener keeps it running. */
  unref(): void;
}

/**
 * How a database is doing.
 *
 * @example
 * import { connect, type Health } from "@offramp/db";
 *
 * const health: Health = await connect().health();
 * console.log(health.reachable ? `${health.serverVersion} in ${health.latencyMs} ms` : health.problem);
 */
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
  /** The server is a standby: it refuses writes. */
  readonly standby?: boolean;
  /** Milliseconds by which the server's clock is ahead of this process's, to about `latencyMs`. */
  readonly clockSkewMs?: number;
  /** Also when the server is not reachable. */
  readonly pool?: PoolGauges;
  /** Where the option `replicas` names some. */
  readonly replicas?: readonly ReplicaHealth[];
}

/**
 * The connections of a pool at this moment.
 *
 * @example
 * import { connect, type PoolGauges } from "@offramp/db";
 *
 * const { pool } = await connect().health();
 * const isFull = ({ open, idle, max, waiting }: PoolGauges): boolean => open === max && idle === 0 && waiting > 0;
 * console.log(pool !== undefined && isFull(pool));
 */
export interface PoolGauges {
  /** In use or idle. */
  readonly open: number;
  readonly idle: number;
  readonly opening: number;
  /** Calls that wait for a connection. */
  readonly waiting: number;
  readonly max: number;
}

/**
 * How a replica is doing.
 *
 * @example
 * import { connect, type ReplicaHealth } from "@offramp/db";
 *
 * const { replicas = [] } = await connect({ replicas: ["replica.example.org"] }).health();
 * const tell = ({ description, problem, lagMs }: ReplicaHealth): string => `${description}: ${problem ?? `${lagMs} ms behind`}`;
 * console.log(replicas.map(tell));
 */
export interface ReplicaHealth {
  /** `host:port/database as user` */
  readonly description: string;
  /** Why it is left out. */
  readonly problem?: string;
  /** Milliseconds since the last moment at which it is known to have had everything. */
  readonly lagMs?: number;
}

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
  /**
   * Takes a connection out of the pool. `signal` ends the wait for one. `readOnly` is the caller's promise that nothing
   * is changed on it: it may lead to a replica.
   */
  reserve(options?: {
    readonly signal?: AbortSignal | undefined;
    readonly readOnly?: boolean;
  }): Promise<ReservedConnection>;
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
