import type { Database, Statement } from "@offramp/db";

/** The statements that some work sends to a database, which runs them too. */
export async function statementsOf(
  db: Database,
  work: (database: Database) => Promise<unknown>,
): Promise<readonly Statement[]> {
  const sent: Statement[] = [];
  await work({
    ...db,
    description: db.description,
    query: (statement) => {
      sent.push(statement);
      return db.query(statement);
    },
    transaction: (inner, options) => db.transaction(inner, options),
    reserve: (options) => db.reserve(options),
    read: (inner, options) => db.read(inner, options),
    listen: (channel, onNotify, onReady) => db.listen(channel, onNotify, onReady),
    aside: (statement) => db.aside(statement),
    health: () => db.health(),
    close: () => Promise.resolve(),
  });
  return sent;
}
