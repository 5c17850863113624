import type { Row, Statement } from "./statement.ts";

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
 * How a connection is reserved.
 *
 * @example
 * import { connect, type ReserveOptions } from "@offramp/db";
 *
 * const text = "select current_user as who";
 * const options: ReserveOptions = { readOnly: true, atOnce: text };
 * const connection = await connect().reserve(options);
 * const answers = ["begin", "set local role clinician"].map((before) => connection.query({ text: before }));
 * const main = connection.query({ text, prepare: true });
 * await Promise.all([...answers, main, connection.query({ text: "commit" })]);
 * await connection.release();
 */
export interface ReserveOptions {
  /** Ends the wait for a connection. */
  readonly signal?: AbortSignal | undefined;
  /** The caller's promise that nothing is changed on it: it may lead to a replica. */
  readonly readOnly?: boolean | undefined;
  /**
   * The caller's promise to send everything in one go, without waiting in between, and to end in it the transaction that it
   * begins; what comes later is refused. Then the connection may be one on which others run brief statements, behind which
   * these are sent. The text is that of the prepared statement which takes longest, by which is known whether it is brief.
   */
  readonly atOnce?: string | undefined;
  /** As {@link Statement.lockFree}, of all that is sent with `atOnce`. */
  readonly lockFree?: boolean | undefined;
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
