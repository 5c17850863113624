import { connect, type Database } from "@offramp/db";
import { throwawayPostgres } from "@offramp/db/testing";

/** An empty database of its own for one test file, with what the script makes in it. */
export interface SchemaDatabase {
  readonly url: string;
  readonly db: Database;
  /** Runs statements on a connection of its own, as a migration would. */
  run(script: string): Promise<void>;
  /** The first column of the rows. */
  column(text: string): Promise<readonly (string | null)[]>;
  close(): Promise<void>;
}

export async function schemaDatabase(script: string): Promise<SchemaDatabase> {
  const server = await throwawayPostgres();
  const { url } = await server.createDatabase();
  const migrator = connect({ url, max: 1 });
  const db = connect({ url, max: 5 });
  const run = async (text: string): Promise<void> => {
    await migrator.query({ text, script: true });
  };
  await run(script);
  return {
    url,
    db,
    run,
    column: async (text) => (await migrator.query({ text })).map((row) => Object.values(row)[0] ?? null),
    close: async () => {
      await Promise.all([db.close(), migrator.close()]);
      await server.stop();
    },
  };
}
