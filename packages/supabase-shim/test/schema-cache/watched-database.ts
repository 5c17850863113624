import type { Database } from "@offramp/db";

/** A database that counts what a schema cache asks of it, and can be made to refuse it. */
export interface WatchedDatabase {
  readonly database: Database;
  /** Catalogs that were begun to be read: nothing else here uses `transaction`. */
  loads: number;
  /** Statements outside of such a load. */
  statements: string[];
  refuseLoads: boolean;
  /** Loads end when this does. */
  holdLoads: Promise<void> | undefined;
  refuseListen: boolean;
}

export function watchedDatabase(inner: Database): WatchedDatabase {
  const watched: WatchedDatabase = {
    database: {
      description: inner.description,
      query: (statement) => {
        watched.statements.push(statement.text);
        return inner.query(statement);
      },
      reserve: async () => {
        const connection = await inner.reserve();
        return {
          query: (statement) => {
            watched.statements.push(statement.text);
            return connection.query(statement);
          },
          copyOut: (text) => connection.copyOut(text),
          copyIn: (text, blocks) => connection.copyIn(text, blocks),
          release: () => connection.release(),
        };
      },
      read: (work, options) => inner.read(work, options),
      transaction: (work, options) => {
        watched.loads += 1;
        if (watched.refuseLoads) return Promise.reject(new Error("the catalog cannot be read"));
        const held = watched.holdLoads;
        if (held === undefined) return inner.transaction(work, options);
        return inner.transaction(async (transaction) => {
          const loaded = await work(transaction);
          await held;
          return loaded;
        }, options);
      },
      listen: (channel, onNotify, onReady) =>
        watched.refuseListen
          ? Promise.reject(new Error("LISTEN is not possible here"))
          : inner.listen(channel, onNotify, onReady),
      aside: (statement) => inner.aside(statement),
      health: () => inner.health(),
      close: (options) => inner.close(options),
    },
    loads: 0,
    statements: [],
    refuseLoads: false,
    holdLoads: undefined,
    refuseListen: false,
  };
  return watched;
}
