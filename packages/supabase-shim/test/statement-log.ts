import type { Database, Queryable, Row, Statement } from "@offramp/db";

/** A statement as it went out, and on what: alone, or on a connection that its sender had taken for itself. */
export interface SentStatement {
  readonly on: "alone" | "reserved" | "transaction";
  readonly text: string;
  readonly values: readonly (string | null)[];
  readonly prepare: boolean;
}

/** A database that notes every statement it is given. */
export interface StatementLog {
  readonly database: Database;
  /** What was sent since the last time that this was asked. */
  take(): readonly SentStatement[];
}

export function logStatements(inner: Database): StatementLog {
  let sent: SentStatement[] = [];
  const noted =
    (on: SentStatement["on"], target: Queryable) =>
    (statement: Statement): Promise<readonly Row[]> => {
      const { text, values = [], prepare = false } = statement;
      sent.push({ on, text, values, prepare });
      return target.query(statement);
    };
  const database: Database = {
    description: inner.description,
    query: noted("alone", inner),
    transaction: (work, options) =>
      inner.transaction(
        (transaction) =>
          work({
            ...transaction,
            query: noted("transaction", transaction),
            savepoint: (inside) => transaction.savepoint(inside),
          }),
        options,
      ),
    reserve: async (options) => {
      const connection = await inner.reserve(options);
      return { query: noted("reserved", connection), release: () => connection.release() };
    },
    read: (work, options) =>
      inner.read(
        (connection) => work({ query: noted("reserved", connection), release: () => connection.release() }),
        options,
      ),
    listen: (channel, onNotify, onReady) => inner.listen(channel, onNotify, onReady),
    aside: (statement) => inner.aside(statement),
    health: () => inner.health(),
    close: (options) => inner.close(options),
  };
  return {
    database,
    take: () => {
      const taken = sent;
      sent = [];
      return taken;
    },
  };
}
