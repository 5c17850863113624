import type { Database, Row, Statement } from "@offramp/db";
import { err, type ExecuteError, ok, type Result } from "../errors/index.ts";
import type { Param, Plan } from "../plan/index.ts";
import { type CompiledPlan, type CompiledStatement, EXACT_UP_TO } from "../sql/index.ts";
import { type AuditEntry, recordShown, recordUndone } from "./audit-record.ts";
import { fromThrown } from "./from-thrown.ts";
import { readExplained, readResultSet, type ResultSet } from "./result-set.ts";
import { checkRules } from "./rules.ts";
import { runInTransaction } from "./run-in-transaction.ts";
import type { Session } from "./session.ts";

/** One call of a compiled plan. */
export interface Execution {
  /** The parameters of a statement, by what its placeholders stand for. */
  readonly fill: (params: readonly Param[]) => readonly (string | null)[];
  readonly session: Session;
  /** For a plan with an audit. */
  readonly audit: AuditEntry | undefined;
  /** The shape is used often: keep a prepared statement for it. */
  readonly hot: boolean;
  readonly signal: AbortSignal | undefined;
  /** False: not sent again when its connection breaks. */
  readonly repeat: boolean | undefined;
}

/** Runs a plan: the only stage that talks to the database. */
export async function executePlan(
  database: Database,
  compiled: CompiledPlan,
  execution: Execution,
): Promise<Result<ResultSet, ExecuteError>> {
  const { plan } = compiled;
  try {
    const result = needsTransaction(compiled, execution.session)
      ? await runInTransaction(database, {
          statement: filled(compiled, execution, compiled.mainInReadOnly),
          session: execution.session,
          readOnly: isReadOnly(compiled),
          check: (rows) => checkRules(plan, answer(plan, rows)),
          checked: hasRules(compiled),
          rollback: plan.rules.rollback,
        })
      : ok(await database.query(filled(compiled, execution)));
    if (!result.ok) return result;
    const answered = answer(plan, result.value);
    // The rows may come from a replica. Nobody gets them before the primary has committed who saw them.
    if (compiled.recordedAside === true && execution.audit !== undefined)
      await recordShown(database, execution.audit, { recorded: answered.recorded, asRead: false });
    const checked = checkRules(plan, answered);
    if (!checked.ok) return checked;
    if (plan.rules.rollback && execution.audit !== undefined)
      await recordUndone(database, execution.audit, answered.recorded);
    // Most calls ask for none, and wait for nothing more.
    if (compiled.estimate === undefined) return ok(answered);
    const run = (estimate: Statement): Promise<readonly Row[]> =>
      explainAlone(database, estimate, execution.session);
    return ok(await withEstimate({ compiled, execution, answered, run }));
  } catch (thrown) {
    return err(fromThrown(thrown, { signal: execution.signal, anonymous: execution.session.anonymous }));
  }
}

/** The plan's statement, or another text of it, with this call's values. What changes nothing may be sent again, and to a replica. */
export function filled(
  compiled: CompiledPlan,
  { fill, hot, signal, repeat }: Execution,
  { text, params, affectedAs }: CompiledStatement = compiled.main,
): Statement {
  const { plan, recordedAside = false, readOnlyItself = false } = compiled;
  const reads = plan.kind === "read" && plan.writesNothing && (plan.audit === undefined || recordedAside);
  const readOnly = reads || readOnlyItself;
  return {
    text,
    values: fill(params),
    prepare: hot,
    signal,
    readOnly,
    lockFree: plan.kind === "read" && plan.writesNothing,
    // What a function does beside the database is not undone with its transaction: the caller decides.
    repeat: readOnlyItself ? false : repeat,
    affectedAs,
  };
}

export function answer(plan: Plan, rows: readonly Row[]): ResultSet {
  if (plan.explain !== undefined) return readExplained(rows);
  const [row] = rows;
  if (row === undefined) throw new TypeError("The statement answers with one row, but none came back.");
  return readResultSet(row);
}

/** A read that writes its audit record is read-only but for that: its plan guarantees it. */
function isReadOnly({ plan, recordedAside = false }: CompiledPlan): boolean {
  if (plan.audit !== undefined && !recordedAside) return false;
  return plan.kind === "read" || (plan.kind === "call" && plan.readOnly);
}

/** Rules that must be judged before the commit: breaking one undoes what the statement wrote. */
export function hasRules(compiled: CompiledPlan): boolean {
  const { plan } = compiled;
  const { singular, maxAffected, oneByKey } = plan.rules;
  const judged = singular || oneByKey === true || maxAffected !== undefined;
  return !isReadOnly(compiled) && plan.kind !== "read" && judged;
}

/** A single statement is its own transaction; more is needed for settings, access mode and rules. */
function needsTransaction(compiled: CompiledPlan, session: Session): boolean {
  const { plan } = compiled;
  if (
    session.settings.length > 0 ||
    session.before !== undefined ||
    hasRules(compiled) ||
    plan.rules.rollback
  )
    return true;
  if (plan.kind === "read") return !plan.writesNothing && isReadOnly(compiled);
  return plan.kind === "call" && isReadOnly(compiled) && compiled.readOnlyItself !== true;
}

/** With the session's rights, because the estimate tells of the rows that a policy lets through. */
async function explainAlone(
  database: Database,
  statement: Statement,
  session: Session,
): Promise<readonly Row[]> {
  const result = await runInTransaction(database, {
    statement,
    session,
    readOnly: true,
    check: () => ok(undefined),
    checked: false,
    rollback: false,
  });
  return result.ok ? result.value : [];
}

interface Estimating {
  readonly compiled: CompiledPlan;
  readonly execution: Execution;
  readonly answered: ResultSet;
  /** Runs the EXPLAIN where the call itself ran. */
  readonly run: (statement: Statement) => Promise<readonly Row[]>;
}

function exactUpTo(plan: Plan): number {
  return plan.kind === "read" ? (plan.maxRows ?? EXACT_UP_TO) : EXACT_UP_TO;
}

/** The planner's estimate of the total: always for `planned`, past the exact bound for `estimated`. */
export async function withEstimate({ compiled, execution, answered, run }: Estimating): Promise<ResultSet> {
  const { plan, estimate } = compiled;
  if (estimate === undefined) return answered;
  const exact = answered.total;
  if (plan.count === "estimated" && exact !== undefined && exact <= exactUpTo(plan)) return answered;
  const { fill, signal } = execution;
  const rows = await run({ text: estimate.text, values: fill(estimate.params), signal });
  const document = rows.map((row) => row["QUERY PLAN"] ?? "").join("\n");
  const [{ Plan: root }] = JSON.parse(document) as [{ Plan: { "Plan Rows": number } }];
  return { ...answered, total: Math.max(root["Plan Rows"], exact ?? 0) };
}
