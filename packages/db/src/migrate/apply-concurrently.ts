import { ServerError } from "../errors/server-error.ts";
import type { Queryable } from "../port.ts";
import type { ConcurrentStatement } from "./concurrent-index.ts";
import { writeLedger } from "./ledger.ts";
import type { Migration } from "./migration.ts";
import { MigrationError } from "./migration-error.ts";

/** A build waits for transactions that run, and holds up no one but other changes of the table. */
const LOCK_TIMEOUT_MS = 600_000;

/** Says which statements were begun, so that what they left is known to be theirs. */
const ATTEMPTS = `create table if not exists offramp.migration_attempt (
  source text not null, id text not null, statement integer not null, hash text not null,
  begun_at timestamptz not null default now(), primary key (source, id, statement))`;

/** A migration that runs outside of a transaction. */
export interface ConcurrentApplication {
  readonly source: string;
  readonly migration: Migration;
  readonly statements: readonly ConcurrentStatement[];
}

/**
 * Makes and drops indexes concurrently, each by itself. A run that dies is taken up by the next one: an index that it left
 * invalid is dropped and made again, one that it (or its backend, which may outlive it) finished stays. The ledger has the
 * migration when all of it is done. It needs the migration lock, under which nobody else is at work.
 *
 * @returns the milliseconds that it took.
 * @throws {MigrationError} a statement was refused; the index that it was making is dropped again.
 */
export async function applyConcurrently(
  session: Queryable,
  { source, migration, statements }: ConcurrentApplication,
): Promise<number> {
  const started = performance.now();
  await session.query({ text: ATTEMPTS });
  await session.query({
    text: "select set_config('search_path', 'public', false), set_config('statement_timeout', '0', false), set_config('lock_timeout', $1, false)",
    values: [`${migration.lockTimeoutMs ?? LOCK_TIMEOUT_MS}ms`],
  });
  try {
    for (const [index, statement] of statements.entries())
      await applyStatement(session, { source, migration, statement, number: index + 1 });
    const ms = performance.now() - started;
    await session.query({ text: "begin" });
    await writeLedger(session, source, { migration, ms });
    await session.query({
      text: "delete from offramp.migration_attempt where source = $1 and id = $2",
      values: [source, migration.id],
    });
    await session.query({ text: "commit" });
    return ms;
  } finally {
    // The session goes back to its pool. Of one that is gone nothing is left to reset, and the error is told already.
    await session
      .query({ text: "reset search_path; reset statement_timeout; reset lock_timeout", script: true })
      .catch(() => undefined);
  }
}

interface Step {
  readonly source: string;
  readonly migration: Migration;
  readonly statement: ConcurrentStatement;
  readonly number: number;
}

async function applyStatement(session: Queryable, step: Step): Promise<void> {
  const { statement } = step;
  const begun = await wasBegun(session, step);
  const left = begun ? await indexOf(session, statement) : undefined;
  if (statement.kind === "create" && left !== undefined) {
    if (left.valid) return;
    await session.query({ text: `drop index concurrently ${left.name}` });
  }
  if (statement.kind === "drop" && begun && left === undefined) return;
  if (!begun) await noteBegun(session, step);
  try {
    await session.query({ text: statement.text });
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    throw await refused(session, step, error);
  }
}

async function wasBegun(session: Queryable, { source, migration, number }: Step): Promise<boolean> {
  const found = await session.query({
    text: "select from offramp.migration_attempt where source = $1 and id = $2 and statement = $3 and hash = $4",
    values: [source, migration.id, String(number), migration.hash],
  });
  return found.length > 0;
}

/**
 * Before the statement runs, and only where its index is not there yet: whatever is there later is this migration's own.
 */
async function noteBegun(session: Queryable, { source, migration, statement, number }: Step): Promise<void> {
  const there = statement.kind === "create" ? await indexOf(session, statement) : undefined;
  if (there !== undefined) {
    throw new MigrationError(
      { source, id: migration.id },
      `migrate(): ${source}/${migration.id} makes the index ${there.name}, and one of that name is there already, ` +
        `${there.valid ? "which this migration did not make" : "invalid, left by something else"}. ` +
        `What came before it stays. Drop it (drop index concurrently ${there.name}) and run migrate() again.`,
    );
  }
  await session.query({
    text:
      "insert into offramp.migration_attempt (source, id, statement, hash) values ($1, $2, $3, $4) " +
      "on conflict (source, id, statement) do update set hash = excluded.hash, begun_at = now()",
    values: [source, migration.id, String(number), migration.hash],
  });
}

interface Index {
  /** Quoted, with its schema. */
  readonly name: string;
  readonly valid: boolean;
}

/** An index is in the schema of its table. */
async function indexOf(
  session: Queryable,
  { kind, index, table }: ConcurrentStatement,
): Promise<Index | undefined> {
  const [row] = await session.query(
    kind === "drop"
      ? {
          text: `select format('%I.%I', n.nspname, c.relname) as name, i.indisvalid as valid
            from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_index i on i.indexrelid = c.oid
            where c.oid = to_regclass($1)`,
          values: [index],
        }
      : {
          text: `select format('%I.%I', n.nspname, c.relname) as name, i.indisvalid as valid
            from pg_class t join pg_class c on c.relnamespace = t.relnamespace and c.relname = (parse_ident($1))[1]
            join pg_namespace n on n.oid = c.relnamespace join pg_index i on i.indexrelid = c.oid
            where t.oid = to_regclass($2)`,
          values: [index, table ?? ""],
        },
  );
  if (row === undefined) return undefined;
  return { name: row["name"] ?? "", valid: row["valid"] === "t" };
}

/** A build that failed, for a value that is there twice for one, leaves an index that is kept up and never used. */
async function refused(session: Queryable, step: Step, error: ServerError): Promise<MigrationError> {
  const { source, migration, statement, number } = step;
  const left = statement.kind === "create" ? await indexOf(session, statement) : undefined;
  if (left?.valid === false) await session.query({ text: `drop index concurrently ${left.name}` });
  const hint = error.fields.hint === undefined ? "" : ` (${error.fields.hint})`;
  return new MigrationError(
    { source, id: migration.id },
    `migrate(): ${source}/${migration.id} failed at statement ${number}, which runs outside of a transaction: ` +
      `${error.message}${hint} [${error.code}]. Its index is not there; what came before it stays applied. ` +
      "Correct it and run migrate() again, which goes on at this statement.",
    error.code,
  );
}
