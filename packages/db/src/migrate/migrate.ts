import { ServerError } from "../errors/server-error.ts";
import type { Database, ReservedConnection } from "../port.ts";
import { clinicMigrations } from "./clinic-migrations.ts";
import { Ledger, writeLedger } from "./ledger.ts";
import type { Migration, MigrationReport, MigrationSource } from "./migration.ts";
import { MigrationError } from "./migration-error.ts";
import { releaseMigrationLock, takeMigrationLock } from "./migration-lock.ts";

/**
 * How {@link migrate} behaves.
 *
 * @example
 * import { clinicMigrations, connect, migrate, type MigrateOptions } from "@offramp/db";
 *
 * const patient: MigrateOptions = { lockTimeoutMs: 600_000 };
 * await migrate(connect(), [clinicMigrations], patient);
 */
export interface MigrateOptions {
  /** Milliseconds to wait for another process that is migrating. Default 300,000 (5 min). */
  readonly lockTimeoutMs?: number;
}

/**
 * Brings a database up to date: applies what its ledger (`offramp.migration`) does not have yet,
 * source by source, each migration in a transaction. Of several processes at once, one works and
 * the others wait and then find nothing to do. Names without a schema mean `public`.
 *
 * @param sources in order; by default the clinic's tables.
 * @throws {MigrationError} a statement was refused, or an applied migration has been edited since.
 * @throws {ConnectionError} the server is not reachable, or another process migrates for too long.
 *
 * @example
 * import { connect, migrate } from "@offramp/db";
 *
 * const db = connect();
 * const report = await migrate(db);
 * console.log(`${report.applied.length} applied, ${report.alreadyApplied} were there`);
 * await db.close();
 */
export async function migrate(
  db: Database,
  sources: readonly MigrationSource[] = [clinicMigrations],
  options: MigrateOptions = {},
): Promise<MigrationReport> {
  const plans = await Promise.all(
    sources.map(async (source) => ({ name: source.name, migrations: await source.migrations() })),
  );
  const session = await db.reserve();
  try {
    const waitedMs = await takeMigrationLock(session, options.lockTimeoutMs ?? 300_000);
    try {
      return { ...(await applyAll(session, plans)), waitedMs };
    } finally {
      await releaseMigrationLock(session);
    }
  } finally {
    await session.release();
  }
}

interface Plan {
  readonly name: string;
  readonly migrations: readonly Migration[];
}

async function applyAll(
  session: ReservedConnection,
  plans: readonly Plan[],
): Promise<Omit<MigrationReport, "waitedMs">> {
  const ledger = await Ledger.read(session);
  const pending = plans.flatMap(({ name, migrations }) =>
    migrations
      .filter((migration) => isPending(ledger, name, migration))
      .map((migration) => ({ source: name, migration })),
  );
  const applied: { source: string; id: string; ms: number }[] = [];
  for (const { source, migration } of pending) {
    applied.push({ source, id: migration.id, ms: await apply(session, source, migration) });
  }
  const all = plans.reduce((count, { migrations }) => count + migrations.length, 0);
  return { applied, alreadyApplied: all - pending.length };
}

function isPending(ledger: Ledger, source: string, migration: Migration): boolean {
  const hash = ledger.hash(source, migration.id);
  if (hash === undefined) return true;
  if (hash === migration.hash) return false;
  if (migration.repeatable === true) return true;
  throw new MigrationError(
    { source, id: migration.id },
    `migrate(): ${source}/${migration.id} was edited after it had been applied to this database. Nothing was applied. ` +
      "Take the edit back and put the change into a new migration.",
  );
}

async function apply(session: ReservedConnection, source: string, migration: Migration): Promise<number> {
  const started = performance.now();
  const total = migration.statements.length;
  let statement = 0;
  await session.query({ text: "begin" });
  try {
    await session.query({ text: "set local search_path to public" });
    for (const text of migration.statements) {
      statement += 1;
      await session.query({ text, script: true });
    }
    const ms = performance.now() - started;
    await writeLedger(session, source, { migration, ms });
    await session.query({ text: "commit" });
    return ms;
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    await session.query({ text: "rollback" });
    const where = statement === 0 ? "" : ` at statement ${statement} of ${total}`;
    const hint = error.fields.hint === undefined ? "" : ` (${error.fields.hint})`;
    throw new MigrationError(
      { source, id: migration.id },
      `migrate(): ${source}/${migration.id} failed${where}: ${error.message}${hint} [${error.code}]. ` +
        "It was rolled back; the migrations before it stay applied. Correct it and run migrate() again.",
      error.code,
    );
  }
}
