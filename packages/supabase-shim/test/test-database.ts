import { connect, type Database, quoteIdentifier } from "@offramp/db";
import { throwawayPostgres } from "@offramp/db/testing";
import { logStatements, type StatementLog } from "./statement-log.ts";

/** A database of its own for one test file. */
export interface TestDatabase {
  readonly url: string;
  /** The database, past the log. */
  readonly db: Database;
  readonly log: StatementLog;
  /** Runs a script past the log. */
  script(text: string): Promise<void>;
  /** The first column of the rows, past the log. */
  column(text: string): Promise<readonly (string | null)[]>;
  close(): Promise<void>;
}

/** A new database in UTC, with what the script makes in it. */
export async function testDatabase(
  script: string,
  options: { readonly max?: number } = {},
): Promise<TestDatabase> {
  const server = await throwawayPostgres();
  const { url, name } = await server.createDatabase();
  const admin = connect({ url, max: 1 });
  await admin.query({ text: `alter database ${quoteIdentifier(name)} set timezone = 'UTC'` });
  await admin.close();
  // The setting holds for connections that are opened after it.
  const db = connect({ url, max: options.max ?? 5 });
  await db.query({ text: script, script: true });
  return {
    url,
    db,
    log: logStatements(db),
    script: async (text) => void (await db.query({ text, script: true })),
    column: async (text) => (await db.query({ text })).map((row) => Object.values(row)[0] ?? null),
    close: async () => {
      await db.close();
      await server.stop();
    },
  };
}
