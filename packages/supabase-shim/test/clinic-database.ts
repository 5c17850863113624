import { auditMigrations, phiMarksMigration } from "@offramp/audit";
import { clinicMigrations, connect, type Database, migrate } from "@offramp/db";
import * as schema from "@offramp/db/schema";
import { throwawayPostgres } from "@offramp/db/testing";

/** The clinic's schema with its audit trail, in a database of its own. */
export interface ClinicDatabase {
  readonly url: string;
  readonly db: Database;
  /** Reads one text column of the trail or of a table, past the client. */
  column(text: string): Promise<readonly (string | null)[]>;
  close(): Promise<void>;
}

export async function clinicDatabase(options: { readonly audited?: boolean } = {}): Promise<ClinicDatabase> {
  const server = await throwawayPostgres();
  const { url } = await server.createDatabase();
  const db = connect({ url, max: 10 });
  const audit = options.audited === false ? [] : [auditMigrations(), phiMarksMigration(schema)];
  await migrate(db, [clinicMigrations, ...audit]);
  return {
    url,
    db,
    column: async (text) => (await db.query({ text })).map((row) => Object.values(row)[0] ?? null),
    close: async () => {
      await db.close();
      await server.stop();
    },
  };
}
