import type { Database, ReservedConnection, Statement, TransactionOptions } from "@offramp/db";

/** Thrown inside a finished transaction to have it rolled back; never seen outside this file. */
const rollBack: unique symbol = Symbol("roll back");

/**
 * The same database, on which nothing is ever committed: every statement and every transaction runs
 * as it would, and is rolled back at its end. With a role, it runs with that role's rights.
 *
 * Sequences are the exception: PostgreSQL does not roll them back.
 */
export function rollbackOnly(database: Database, role?: string): Database {
  const asRole: Statement | undefined =
    role === undefined ? undefined : { text: "select set_config('role', $1, true)", values: [role] };
  const transaction: Database["transaction"] = (work, options) =>
    rolledBack(database, options ?? {}, async (inner) => {
      if (asRole !== undefined) await inner.query(asRole);
      return work(inner);
    });
  return {
    description: `${database.description}, rolled back`,
    query: (statement) => transaction((inner) => inner.query(statement)),
    transaction,
    reserve: async () => neverCommitting(await database.reserve(), asRole),
    read: (work, options) =>
      database.read((connection) => work(neverCommitting(connection, asRole)), options),
    listen: (...args) => database.listen(...args),
    aside: (statement) => database.aside(statement),
    health: () => database.health(),
    close: (options) => database.close(options),
  };
}

async function rolledBack<T>(
  database: Database,
  options: TransactionOptions,
  work: Parameters<typeof database.transaction<T>>[0],
): Promise<T> {
  const finished: { result?: T } = {};
  try {
    await database.transaction(async (inner) => {
      finished.result = await work(inner);
      throw rollBack;
    }, options);
  } catch (error) {
    if (error !== rollBack) throw error;
  }
  return finished.result as T;
}

/** Passes statements through; `begin` takes the role as well, `commit` becomes `rollback`, and a lone statement is wrapped. */
function neverCommitting(connection: ReservedConnection, asRole: Statement | undefined): ReservedConnection {
  let open = false;
  const query = async (statement: Statement): ReturnType<ReservedConnection["query"]> => {
    const word = /^\s*(\w+)/.exec(statement.text)?.[1]?.toLowerCase();
    if (word === "begin" || word === "start") {
      open = true;
      const sent = [connection.query(statement), ...(asRole === undefined ? [] : [connection.query(asRole)])];
      await Promise.all(sent);
      return [];
    }
    if (word === "commit" || word === "end" || word === "rollback") {
      // "rollback to" a savepoint leaves the transaction open.
      if (/^\s*rollback\s+to\b/i.test(statement.text)) return connection.query(statement);
      open = false;
      return connection.query({ text: "rollback" });
    }
    if (open) return connection.query(statement);
    const sent = [
      connection.query({ text: "begin" }),
      ...(asRole === undefined ? [] : [connection.query(asRole)]),
    ];
    const result = connection.query(statement);
    const settled = await Promise.allSettled([...sent, result, connection.query({ text: "rollback" })]);
    const failed = settled.find((each) => each.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    return result;
  };
  return {
    query,
    copyOut: (text) => connection.copyOut(text),
    copyIn: async (text, blocks) => {
      if (open) return connection.copyIn(text, blocks);
      await connection.query({ text: "begin" });
      try {
        return await connection.copyIn(text, blocks);
      } finally {
        await connection.query({ text: "rollback" });
      }
    },
    release: () => connection.release(),
  };
}
