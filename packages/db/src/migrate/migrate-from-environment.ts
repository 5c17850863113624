import { connect } from "../connect.ts";
import { ConfigurationError } from "../errors/configuration-error.ts";
import { clinicMigrations } from "./clinic-migrations.ts";
import { migrate, type MigrateOptions } from "./migrate.ts";
import type { MigrationReport, MigrationSource } from "./migration.ts";

/**
 * {@link migrate}, as the whole program of a one-off task inside the network of the database: an ECS task or a Lambda.
 *
 * The database is that of `DATABASE_URL` or `DATABASE_SECRET_ID`, as with {@link connect}; give the direct port, not a
 * pooler's. `OFFRAMP_MIGRATE_DRY_RUN=true`, `OFFRAMP_MIGRATE_LOCK_TIMEOUT_MS` and
 * `OFFRAMP_MIGRATE_TABLE_LOCK_TIMEOUT_MS` are read as the options of {@link MigrateOptions}. Each migration is a line of
 * JSON on the standard output, which is what CloudWatch reads. A failure is thrown, so that the task exits with 1 and
 * the invocation fails.
 *
 * @throws {ConfigurationError} a variable cannot be read.
 * @throws {MigrationError | ConnectionError} as {@link migrate}.
 *
 * @example
 * import { clinicMigrations, folderMigrations, migrateFromEnvironment } from "@offramp/db";
 *
 * // An ECS task: the whole file.
 * await migrateFromEnvironment([clinicMigrations, folderMigrations("billing", "./migrations")]);
 *
 * @example
 * import { migrateFromEnvironment, type MigrationReport } from "@offramp/db";
 *
 * // A Lambda: the whole file. Its answer is the report.
 * export const handler = (): Promise<MigrationReport> => migrateFromEnvironment();
 */
export async function migrateFromEnvironment(
  sources: readonly MigrationSource[] = [clinicMigrations],
): Promise<MigrationReport> {
  const options = readOptions(process.env);
  const db = connect({ max: 1 });
  try {
    log({ event: "migrate.start", database: db.description, dryRun: options.dryRun === true });
    const report = await migrate(db, sources, options);
    for (const { source, id, ms } of report.applied) {
      log({ event: "migrate.applied", source, id, ms: Math.round(ms) });
    }
    for (const { source, id, concurrently } of report.pending)
      log({ event: "migrate.pending", source, id, ...(concurrently === true && { concurrently }) });
    log({
      event: "migrate.end",
      applied: report.applied.length,
      pending: report.pending.length,
      alreadyApplied: report.alreadyApplied,
    });
    return report;
  } catch (error) {
    log({ event: "migrate.failed", message: error instanceof Error ? error.message : String(error) });
    throw error;
  } finally {
    await db.close();
  }
}

function log(line: Readonly<Record<string, string | number | boolean>>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function readOptions(environment: NodeJS.ProcessEnv): MigrateOptions {
  const lockTimeoutMs = readMilliseconds(environment, "OFFRAMP_MIGRATE_LOCK_TIMEOUT_MS");
  const tableLockTimeoutMs = readMilliseconds(environment, "OFFRAMP_MIGRATE_TABLE_LOCK_TIMEOUT_MS");
  return {
    dryRun: readSwitch(environment, "OFFRAMP_MIGRATE_DRY_RUN"),
    ...(lockTimeoutMs !== undefined && { lockTimeoutMs }),
    ...(tableLockTimeoutMs !== undefined && { tableLockTimeoutMs }),
  };
}

function readMilliseconds(environment: NodeJS.ProcessEnv, name: string): number | undefined {
  const text = environment[name];
  if (text === undefined || text === "") return undefined;
  if (!/^\d{1,9}$/.test(text))
    throw new ConfigurationError(`${name} is a number of milliseconds, such as 60000`);
  return Number(text);
}

function readSwitch(environment: NodeJS.ProcessEnv, name: string): boolean {
  const text = environment[name] ?? "";
  if (text === "true" || text === "1") return true;
  if (text === "false" || text === "0" || text === "") return false;
  throw new ConfigurationError(`${name} is true or false`);
}
