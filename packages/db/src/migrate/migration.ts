/**
 * One step of a database's history. Make one with {@link migration} or {@link repeatable}.
 *
 * @example
 * import { migration, type Migration } from "@offramp/db";
 *
 * const first: Migration = migration("0000_invoice", ["create table invoice (id int primary key)"]);
 * console.log(first.hash);
 */
export interface Migration {
  /** Unique in its source; its place in the list is its order. */
  readonly id: string;
  /**
   * Each is run by itself, all in one transaction. One may hold several SQL statements. Where all of them make or drop an
   * index concurrently, there is no transaction, and each holds one.
   */
  readonly statements: readonly string[];
  /** Of the statements: an applied migration that was edited is recognised by it. */
  readonly hash: string;
  /** Run again whenever its hash changes, instead of never again. It has to work on its own earlier result. */
  readonly repeatable?: boolean;
  /** Milliseconds that one of its statements may wait for a lock; stands above {@link MigrateOptions.tableLockTimeoutMs}. */
  readonly lockTimeoutMs?: number;
}

/**
 * A named history, such as one package's.
 *
 * @example
 * import { connect, migrate, migration, type MigrationSource } from "@offramp/db";
 *
 * const billing: MigrationSource = {
 *   name: "billing",
 *   migrations: () => [migration("0000_invoice", ["create table invoice (id int primary key)"])],
 * };
 * await migrate(connect(), [billing]);
 */
export interface MigrationSource {
  /** Part of the ledger's key: never change it. */
  readonly name: string;
  /** In the order in which they are applied. */
  migrations(): Promise<readonly Migration[]> | readonly Migration[];
}

/**
 * What {@link migrate} did.
 *
 * @example
 * import { connect, migrate, type MigrationReport } from "@offramp/db";
 *
 * const report: MigrationReport = await migrate(connect());
 * for (const { source, id, ms } of report.applied) console.log(`${source}/${id} in ${Math.round(ms)} ms`);
 */
export interface MigrationReport {
  readonly applied: readonly { readonly source: string; readonly id: string; readonly ms: number }[];
  /** With `dryRun`: what would be applied, in order, with the SQL. Otherwise empty. */
  readonly pending: readonly PendingMigration[];
  /** Migrations that were there before. */
  readonly alreadyApplied: number;
  /** Milliseconds spent waiting for another process that was migrating. */
  readonly waitedMs: number;
}

/**
 * A migration that `migrate(…, { dryRun: true })` would apply.
 *
 * @example
 * import { connect, migrate, type PendingMigration } from "@offramp/db";
 *
 * const { pending } = await migrate(connect(), undefined, { dryRun: true });
 * const sql = pending.flatMap(({ statements }: PendingMigration) => statements).join(";\n");
 * console.log(sql);
 */
export interface PendingMigration {
  readonly source: string;
  readonly id: string;
  readonly statements: readonly string[];
  /** It makes or drops indexes concurrently, so it runs outside of a transaction. */
  readonly concurrently?: true;
}
