import type { Database, ReservedConnection } from "../port.ts";
import { applyMigration } from "./apply-migration.ts";
import { applyConcurrently } from "./apply-concurrently.ts";
import { clinicMigrations } from "./clinic-migrations.ts";
import { type ConcurrentStatement, concurrentStatements } from "./concurrent-index.ts";
import { Ledger } from "./ledger.ts";
import type { Migration, MigrationReport, MigrationSource } from "./migration.ts";
import { MigrationError } from "./migration-error.ts";
import { releaseMigrationLock, takeMigrationLock } from "./migration-lock.ts";

/**
 * How {@link migrate} behaves.
 *
 * @example
 * import { clinicMigrations, connect, migrate, type MigrateOptions } from "@offramp/db";
 *
 * const patient: MigrateOptions = { lockTimeoutMs: 600_000, tableLockTimeoutMs: 2_000, lockAttempts: 30 };
 * await migrate(connect(), [clinicMigrations], patient);
 */
export interface MigrateOptions {
  /** Milliseconds to wait for another process that is migrating. Default 300,000 (5 min). */
  readonly lockTimeoutMs?: number;
  /**
   * PostgreSQL's `lock_timeout` while a migration runs: milliseconds that a statement waits for a lock on a table in
   * use. While it waits, every later statement on that table waits behind it, so it is short: default 5,000. 0 waits
   * without end. A migration may have its own.
   */
  readonly tableLockTimeoutMs?: number;
  /** How often a migration that did not get its locks is tried, with a pause in between. Default 5. */
  readonly lockAttempts?: number;
  /** Says what would be applied, in `pending`, and changes nothing. Needs the right to read the ledger only. */
  readonly dryRun?: boolean;
  /**
   * What to do when the ledger has migrations that this release does not know, because a newer one migrated: `refuse`
   * (default), or `accept`, for a release that is known to run on the newer schema.
   */
  readonly newerSchema?: "refuse" | "accept";
}

/**
 * Brings a database up to date: applies what its ledger (`offramp.migration`) does not have yet,
 * source by source, each migration in a transaction. Of several processes at once, one works and
 * the others wait and then find nothing to do. Names without a schema mean `public`.
 *
 * A migration of nothing but `create index concurrently` and `drop index concurrently` runs outside of a transaction, one
 * statement after the other. When it dies, the next run drops the index that was left invalid and makes it again.
 *
 * @param sources in order; by default the clinic's tables.
 * @throws {MigrationError} a statement was refused or did not get its locks, an applied migration has been edited
 * since, or the schema is newer than this release.
 * @throws {ConnectionError} the server is not reachable, or another process migrates for too long.
 *
 * @example
 * import { connect, migrate } from "@offramp/db";
 *
 * const db = connect();
 * const { pending } = await migrate(db, undefined, { dryRun: true });
 * console.log(`${pending.length} would be applied`);
 * const report = await migrate(db);
 * console.log(`${report.applied.length} applied, ${report.alreadyApplied} were there`);
 * await db.close();
 */
export async function migrate(
  db: Database,
  sources: readonly MigrationSource[] = [clinicMigrations],
  options: MigrateOptions = {},
): Promise<MigrationReport> {
  const histories = await Promise.all(
    sources.map(async (source) => ({ name: source.name, migrations: await source.migrations() })),
  );
  if (options.dryRun === true) {
    const { pending, alreadyApplied } = findPending(await Ledger.read(db), histories, options);
    const list = pending.map(({ source, migration: { id, statements }, concurrent }) => ({
      source,
      id,
      statements,
      ...(concurrent !== undefined && { concurrently: true as const }),
    }));
    return { applied: [], pending: list, alreadyApplied, waitedMs: 0 };
  }
  const session = await db.reserve();
  try {
    const waitedMs = await takeMigrationLock(session, options.lockTimeoutMs ?? 300_000);
    try {
      return { ...(await applyAll(session, histories, options)), waitedMs };
    } finally {
      await releaseMigrationLock(session);
    }
  } finally {
    await session.release();
  }
}

interface Pending {
  readonly source: string;
  readonly migration: Migration;
  /** Of one that runs outside of a transaction. */
  readonly concurrent: readonly ConcurrentStatement[] | undefined;
}

interface History {
  readonly name: string;
  readonly migrations: readonly Migration[];
}

async function applyAll(
  session: ReservedConnection,
  histories: readonly History[],
  options: MigrateOptions,
): Promise<Omit<MigrationReport, "waitedMs">> {
  const { pending, alreadyApplied } = findPending(await Ledger.read(session), histories, options);
  if (pending.length > 0) await Ledger.create(session);
  const applied: { source: string; id: string; ms: number }[] = [];
  const { tableLockTimeoutMs = 5_000, lockAttempts = 5 } = options;
  for (const { source, migration, concurrent } of pending) {
    const ms =
      concurrent === undefined
        ? await applyMigration(session, {
            source,
            migration,
            lockTimeoutMs: migration.lockTimeoutMs ?? tableLockTimeoutMs,
            attempts: lockAttempts,
          })
        : await applyConcurrently(session, { source, migration, statements: concurrent });
    applied.push({ source, id: migration.id, ms });
  }
  return { applied, pending: [], alreadyApplied };
}

function findPending(
  ledger: Ledger,
  histories: readonly History[],
  { newerSchema = "refuse" }: MigrateOptions,
): {
  readonly pending: readonly Pending[];
  readonly alreadyApplied: number;
} {
  const pending = histories.flatMap(({ name, migrations }) =>
    migrations
      .filter((migration) => isPending(ledger, name, migration))
      .map((migration) => ({ source: name, migration, concurrent: concurrentStatements(name, migration) })),
  );
  if (newerSchema === "refuse") for (const history of histories) refuseNewer(ledger, history);
  const all = histories.reduce((count, { migrations }) => count + migrations.length, 0);
  return { pending, alreadyApplied: all - pending.length };
}

function refuseNewer(ledger: Ledger, { name, migrations }: History): void {
  const known = new Set(migrations.map(({ id }) => id));
  const unknown = ledger.appliedOnce(name).filter((id) => !known.has(id));
  const [first, ...more] = unknown;
  if (first === undefined) return;
  throw new MigrationError(
    { source: name, id: first },
    `migrate(): the database is newer than this release, which does not know ${name}/${first}` +
      `${more.length === 0 ? "" : ` and ${more.length} more`}. Nothing was applied. Deploy the release that has it, ` +
      'or, if this one is known to run on the newer schema, say newerSchema: "accept".',
  );
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
