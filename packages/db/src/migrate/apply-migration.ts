import { setTimeout as sleep } from "node:timers/promises";
import { ServerError } from "../errors/server-error.ts";
import type { Queryable } from "../port.ts";
import { writeLedger } from "./ledger.ts";
import type { Migration } from "./migration.ts";
import { MigrationError } from "./migration-error.ts";

const LOCK_NOT_AVAILABLE = "55P03";

/** One migration, and how long it waits for what others hold. */
export interface Application {
  readonly source: string;
  readonly migration: Migration;
  readonly lockTimeoutMs: number;
  readonly attempts: number;
}

/**
 * Applies one migration in a transaction and remembers it there.
 *
 * A migration that did not get its locks is rolled back, so that what queued behind it runs, and tried again.
 *
 * @returns the milliseconds that the attempt that succeeded took.
 * @throws {MigrationError} a statement was refused; nothing of the migration is left.
 */
export async function applyMigration(session: Queryable, application: Application): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await attemptMigration(session, application);
    if (typeof outcome === "number") return outcome;
    if (outcome.error.code !== LOCK_NOT_AVAILABLE || attempt >= application.attempts) {
      throw failure(application, outcome, attempt);
    }
    await sleep(500 + Math.random() * 1_000);
  }
}

interface Refusal {
  readonly error: ServerError;
  /** Counted from 1; 0 when no statement of the migration was running. */
  readonly statement: number;
}

async function attemptMigration(session: Queryable, application: Application): Promise<number | Refusal> {
  const { source, migration, lockTimeoutMs } = application;
  const started = performance.now();
  let statement = 0;
  await session.query({ text: "begin" });
  try {
    await session.query({
      text: "select set_config('search_path', 'public', true), set_config('lock_timeout', $1, true)",
      values: [`${lockTimeoutMs}ms`],
    });
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
    return { error, statement };
  }
}

function failure(application: Application, { error, statement }: Refusal, attempt: number): MigrationError {
  const { source, migration } = application;
  const where = statement === 0 ? "" : ` at statement ${statement} of ${migration.statements.length}`;
  const hint = error.fields.hint === undefined ? "" : ` (${error.fields.hint})`;
  const remedy =
    error.code === LOCK_NOT_AVAILABLE
      ? `Others held a lock for more than ${application.lockTimeoutMs / 1000} s, at each of ${attempt} attempts: ` +
        "find the long transaction in pg_stat_activity, or give the migration a longer lock_timeout."
      : "Correct it and run migrate() again.";
  return new MigrationError(
    { source, id: migration.id },
    `migrate(): ${source}/${migration.id} failed${where}: ${error.message}${hint} [${error.code}]. ` +
      `It was rolled back; the migrations before it stay applied. ${remedy}`,
    error.code,
  );
}
