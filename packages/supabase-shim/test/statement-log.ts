import type { Database, Queryable, ReservedConnection, Row, Statement } from "@offramp/db";

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
  const reserved = (connection: ReservedConnection): ReservedConnection => ({
    query: noted("reserved", connection),
    copyOut: (text) => connection.copyOut(text),
    copyIn: (text, blocks) => connection.copyIn(text, blocks),
    release: () => connection.release(),
  });
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
    reserve: async (options) => reserved(await inner.reserve(options)),
    read: (work, options) => inner.read((connection) => work(reserved(connection)), options),
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
