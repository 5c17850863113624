import type { Database, ReservedConnection, Row, Statement } from "@offramp/db";
import { err, type ExecuteError, ok, type Result } from "../errors/index.ts";
import { type Session, settingsStatement } from "./session.ts";

/** A statement and the transaction around it. */
export interface TransactionRun {
  readonly statement: Statement;
  readonly session: Session;
  readonly readOnly: boolean;
  /** Judged before the commit when `checked`; an error rolls back. */
  readonly check: (rows: readonly Row[]) => Result<unknown, ExecuteError>;
  readonly checked: boolean;
  /** Roll back whatever happened: `Prefer: tx=rollback`. */
  readonly rollback: boolean;
}

/**
 * `begin`, settings, the statement and `commit`, sent without waiting in between: one round trip.
 * Only a rule that must be judged before the commit makes it wait.
 *
 * If a setting fails, PostgreSQL has aborted the transaction, so the statement behind it cannot run
 * with other rights, and the `commit` becomes a rollback. Statements of a connection end in their order, so the first
 * failure is the one that explains the others; those have ended too when the connection is given back.
 */
export async function runInTransaction(
  database: Database,
  run: TransactionRun,
): Promise<Result<readonly Row[], ExecuteError>> {
  const { readOnly, statement } = run;
  const connection = await database.reserve({
    signal: statement.signal,
    readOnly,
    // Who waits before the commit needs a connection alone.
    atOnce: run.checked || statement.prepare !== true ? undefined : statement.text,
    lockFree: statement.lockFree,
  });
  try {
    const before = [connection.query({ text: beginText(run) })];
    const settings = settingsStatement(run.session);
    if (settings !== undefined) before.push(connection.query(settings));
    if (run.session.before !== undefined) before.push(connection.query(run.session.before));
    const main = connection.query(run.statement);
    if (!run.checked) {
      const after = endTexts(run).map((text) => connection.query({ text }));
      await Promise.all([...before, main, ...after]);
      return ok(await main);
    }
    await Promise.all([...before, main]);
    return await finish(connection, run, await main);
  } finally {
    await connection.release();
  }
}

/**
 * A `begin` that cannot fail while its connection lives: were it refused (as `read write` is on a standby), the
 * statements sent behind it would each run on their own, with other rights. A write on a read-only server
 * is refused by the write itself.
 */
function beginText({ readOnly, session }: TransactionRun): string {
  return `begin isolation level ${session.isolation ?? "read committed"}${readOnly ? " read only" : ""}`;
}

async function finish(
  connection: ReservedConnection,
  run: TransactionRun,
  rows: readonly Row[],
): Promise<Result<readonly Row[], ExecuteError>> {
  const judged = run.check(rows);
  const texts = judged.ok ? endTexts(run) : ["rollback"];
  await Promise.all(texts.map((text) => connection.query({ text })));
  return judged.ok ? ok(rows) : err(judged.error);
}

/** A call that is rolled back fails where its commit would have: deferred constraints are checked first. */
function endTexts({ rollback }: TransactionRun): readonly string[] {
  return rollback ? ["set constraints all immediate", "rollback"] : ["commit"];
}
