import { ConnectionError } from "../errors/connection-error.ts";
import { ServerError } from "../errors/server-error.ts";
import type { Row, Statement, Transaction, TransactionOptions } from "../port.ts";
import { lostInTransaction } from "./connection-failure.ts";
import type { ServerConnection } from "./server-connection.ts";

const ISOLATION = new Set(["read committed", "repeatable read", "serializable"]);

/**
 * Runs `work` and commits, on a connection that is the caller's alone and has begun a transaction. An error that `work`
 * throws rolls back and is thrown on.
 */
export async function runTransaction<T>(
  connection: ServerConnection,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  const scope = new TransactionScope(connection);
  let result: T;
  try {
    result = await work(scope);
  } catch (error) {
    // A rollback that fails has lost its connection, and with it the transaction.
    await scope.end("rollback").catch(() => undefined);
    throw isCut(error) ? lostInTransaction(error) : error;
  }
  const command = await scope.end("commit");
  // PostgreSQL answers a commit of a failed transaction with ROLLBACK, and no error.
  if (command === "ROLLBACK") throw scope.firstFailure ?? rolledBack();
  return result;
}

/** The connection went away, or was cut by close(), while a statement ran. */
function isCut(error: unknown): error is ConnectionError {
  return error instanceof ConnectionError && (error.problem === "lost" || error.outcome === "unknown");
}

class TransactionScope implements Transaction {
  readonly #connection: ServerConnection;
  #ended = false;
  #savepoints = 0;
  /** The failure that doomed the transaction. */
  firstFailure: unknown;

  constructor(connection: ServerConnection) {
    this.#connection = connection;
  }

  async query(statement: Statement): Promise<readonly Row[]> {
    if (this.#ended) {
      throw new TypeError(
        "the transaction has ended: await every statement inside the function that was given to transaction()",
      );
    }
    try {
      return (await this.#connection.run(statement, true)).rows;
    } catch (error) {
      this.firstFailure ??= error;
      throw error;
    }
  }

  async savepoint<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    this.#savepoints += 1;
    const name = `offramp_${this.#savepoints}`;
    const failedBefore = this.firstFailure;
    await this.query({ text: `savepoint ${name}` });
    try {
      const result = await work(this);
      await this.query({ text: `release savepoint ${name}` });
      return result;
    } catch (error) {
      await this.query({ text: `rollback to savepoint ${name}` });
      this.firstFailure = failedBefore;
      throw error;
    }
  }

  async end(text: "commit" | "rollback"): Promise<string | undefined> {
    this.#ended = true;
    return (await this.#connection.run({ text })).command;
  }
}

export function beginText(options: TransactionOptions): string {
  if (options.isolation !== undefined && !ISOLATION.has(options.isolation)) {
    throw new TypeError(`transaction(): isolation must be one of ${[...ISOLATION].join(", ")}`);
  }
  return [
    "begin",
    ...(options.isolation === undefined ? [] : [`isolation level ${options.isolation}`]),
    ...(options.readOnly === undefined ? [] : [options.readOnly ? "read only" : "read write"]),
  ].join(" ");
}

function rolledBack(): ServerError {
  return new ServerError({
    code: "25P02",
    severity: "ERROR",
    message: "the transaction was rolled back, because a statement in it had failed",
  });
}
