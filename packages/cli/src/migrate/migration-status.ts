import { type Database, migrate, type MigrationSource } from "@offramp/db";

/** Whether a migration is in a database. */
export interface MigrationState {
  readonly source: string;
  readonly id: string;
  readonly applied: boolean;
}

/**
 * Every migration of these histories, in order, with whether it is applied. Changes nothing.
 *
 * @throws {MigrationError} an applied migration was edited, or the database is newer than this release.
 */
export async function migrationStatus(
  db: Database,
  sources: readonly MigrationSource[],
): Promise<readonly MigrationState[]> {
  const { pending } = await migrate(db, sources, { dryRun: true });
  const waiting = new Set(pending.map(({ source, id }) => `${source}/${id}`));
  const histories = await Promise.all(
    sources.map(async ({ name, ...source }) => ({ name, migrations: await source.migrations() })),
  );
  return histories.flatMap(({ name, migrations }) =>
    migrations.map(({ id }) => ({ source: name, id, applied: !waiting.has(`${name}/${id}`) })),
  );
}
