import { AsyncLocalStorage } from "node:async_hooks";
import type { Database, Row, Statement, Transaction } from "@offramp/db";
import { err, type ExecuteError, ok, type Result } from "../errors/index.ts";
import type { Plan } from "../plan/index.ts";
import { type CompiledPlan, isRecordedAside, merges } from "../sql/index.ts";
import {
  type AuditEntry,
  recordFailure,
  recordShown,
  recordUndone,
  unrecordedFailure,
} from "./audit-record.ts";
import { answer, type Execution, filled, hasRules, withEstimate } from "./execute-plan.ts";
import { fromThrown } from "./from-thrown.ts";
import type { ResultSet } from "./result-set.ts";
import { checkRules } from "./rules.ts";
import { settingsStatement, takeBack } from "./session.ts";

const SAVEPOINT = "offramp_call";

/** A call that showed nothing but that it was done. */
interface UnshownAccess {
  readonly entry: AuditEntry;
  readonly recorded: string | undefined;
}

/** What the scope's calls left for the trail, to be written when the transaction is over. */
interface Unwritten {
  readonly failures: { readonly entry: AuditEntry; readonly error: ExecuteError }[];
  /** Recorded in the transaction, so lost if it is rolled back. */
  readonly accesses: UnshownAccess[];
  /** Recorded in a savepoint that was rolled back. */
  readonly undone: UnshownAccess[];
}

/**
 * Calls that share one transaction. They run one after the other, whatever the caller awaits.
 *
 * A call that PostgreSQL refuses dooms the transaction; a call that breaks its own rule (`single()`,
 * `maxAffected()`) is undone alone, as it would be outside.
 */
export class TransactionScope {
  /** The scope whose work is running, so that a call on one around it is not waited for by it. */
  static readonly #working = new AsyncLocalStorage<TransactionScope>();
  readonly #database: Database;
  readonly #transaction: Transaction;
  readonly #unwritten: Unwritten;
  readonly #outer: TransactionScope | undefined;
  /** The settings that calls of the transaction were told. */
  readonly #told: Set<string>;
  #last: Promise<unknown> = Promise.resolve();
  #doom: ExecuteError | undefined;

  constructor(database: Database, transaction: Transaction, outer?: TransactionScope) {
    this.#database = database;
    this.#transaction = transaction;
    this.#unwritten = outer === undefined ? { failures: [], accesses: [], undone: [] } : outer.#unwritten;
    this.#told = outer === undefined ? new Set() : outer.#told;
    this.#outer = outer;
  }

  /** The first error that made the transaction impossible to commit. */
  get doom(): ExecuteError | undefined {
    return this.#doom;
  }

  execute(compiled: CompiledPlan, execution: Execution): Promise<Result<ResultSet, ExecuteError>> {
    if (this.#isOuter()) return Promise.resolve(err({ kind: "outerTransaction" }));
    return this.#next(() => this.#run(compiled, execution));
  }

  /** Notes a call that was refused before it reached the database. */
  noteRefused(entry: AuditEntry, error: ExecuteError): void {
    this.#unwritten.failures.push({ entry, error });
  }

  /** A savepoint with calls of its own: an error that `work` throws undoes them and is thrown on. */
  nested<T>(work: (scope: TransactionScope) => Promise<T>): Promise<T> {
    return this.#next(async () => {
      const { accesses, undone } = this.#unwritten;
      const before = accesses.length;
      try {
        return await this.#transaction.savepoint(async (transaction) => {
          const scope = new TransactionScope(this.#database, transaction, this);
          const result = await TransactionScope.#working.run(scope, () => work(scope));
          await scope.#last;
          if (scope.doom !== undefined) throw new DoomedTransaction(scope.doom);
          return result;
        });
      } catch (thrown) {
        undone.push(...accesses.splice(before));
        throw thrown;
      }
    });
  }

  /** Waits for calls that were started and not awaited. */
  async settled(): Promise<void> {
    await this.#last;
  }

  /**
   * Completes the trail after the end: failed calls, whose records the transaction could not hold, and changes that were
   * rolled back. What rows were shown was recorded before.
   */
  async completeTrail(committed: boolean): Promise<void> {
    const database = this.#database;
    for (const { entry, error } of this.#unwritten.failures) {
      const record = await recordFailure(database, entry, error);
      if (!record.written && record.reason === "refused")
        throw new DoomedTransaction(unrecordedFailure(error, record.thrown));
    }
    const { accesses, undone } = this.#unwritten;
    for (const { entry, recorded } of committed ? undone : [...undone, ...accesses]) {
      await recordUndone(database, entry, recorded);
    }
  }

  /** Whether the running work belongs to a savepoint inside this scope. */
  #isOuter(): boolean {
    const working = TransactionScope.#working.getStore();
    for (let inner = working; inner !== undefined; inner = inner.#outer) {
      if (inner.#outer === this) return true;
    }
    return false;
  }

  #next<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    // The chain goes on after a failure; the failure itself is the caller's.
    this.#last = result.then(
      () => undefined,
      () => undefined,
    );
    return result;
  }

  async #run(compiled: CompiledPlan, execution: Execution): Promise<Result<ResultSet, ExecuteError>> {
    const { plan } = compiled;
    const readOnly = needsReadOnly(compiled);
    const guarded = hasRules(compiled) || plan.rules.rollback || readOnly;
    try {
      const rows = await this.#send(filled(compiled, execution), {
        execution,
        settings: settingsOf(compiled),
        guarded,
      });
      const answered = answer(plan, rows);
      const checked = checkRules(plan, answered);
      const kept = checked.ok && !plan.rules.rollback && !readOnly;
      if (guarded) await this.#leave(kept);
      await this.#record(plan, execution, { answered, checked, kept: kept || !guarded });
      if (!checked.ok) return checked;
      const run = (estimate: Statement): Promise<readonly Row[]> => this.#transaction.query(estimate);
      return ok(await withEstimate({ compiled, execution, answered, run }));
    } catch (thrown) {
      const { signal, session } = execution;
      const error = fromThrown(thrown, { signal, anonymous: session.anonymous });
      this.#doom ??= error;
      if (execution.audit !== undefined) this.#unwritten.failures.push({ entry: execution.audit, error });
      return err(error);
    }
  }

  /** Settings, a savepoint where one is needed, and the statement, sent without waiting in between. */
  async #send(
    statement: Statement,
    {
      execution,
      settings,
      guarded,
    }: { execution: Execution; settings: readonly Statement[]; guarded: boolean },
  ): Promise<readonly Row[]> {
    const { session } = execution;
    const own = settingsStatement(session);
    const before = [
      ...(guarded ? [{ text: `savepoint ${SAVEPOINT}` }] : []),
      ...takeBack(this.#told, session),
      ...settings,
      ...(own === undefined ? [] : [own]),
    ];
    for (const [name] of session.settings) this.#told.add(name);
    const sent = [...before, statement].map((each) => this.#transaction.query(each));
    const settled = await Promise.allSettled(sent);
    const failed = settled.find((outcome) => outcome.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    const main = settled.at(-1);
    return main?.status === "fulfilled" ? main.value : [];
  }

  async #leave(keep: boolean): Promise<void> {
    const texts = keep
      ? [`release savepoint ${SAVEPOINT}`]
      : [`rollback to savepoint ${SAVEPOINT}`, `release savepoint ${SAVEPOINT}`];
    await Promise.all(texts.map((text) => this.#transaction.query({ text })));
  }

  async #record(
    plan: Plan,
    { audit: entry }: Execution,
    {
      answered: { recorded },
      checked,
      kept,
    }: { answered: ResultSet; checked: Result<unknown, ExecuteError>; kept: boolean },
  ): Promise<void> {
    if (entry === undefined) return;
    if (isRecordedAside(plan)) {
      if (ran(plan)) await recordShown(this.#database, entry, { recorded, asRead: false });
    } else if (!checked.ok) this.#unwritten.failures.push({ entry, error: checked.error });
    else if (showsRows(plan)) await recordShown(this.#database, entry, { recorded, asRead: true });
    else (kept ? this.#unwritten.accesses : this.#unwritten.undone).push({ entry, recorded });
  }
}

/** False for a plan that is only explained. */
function ran({ explain }: Plan): boolean {
  return explain === undefined || explain.options.includes("analyze");
}

/** Whether a call that changes something also brings rows back. */
function showsRows(plan: Plan): boolean {
  if (plan.explain !== undefined) return false;
  return plan.kind === "mutation"
    ? plan.read !== undefined
    : plan.kind === "call" && plan.returns !== "nothing";
}

/** A transaction that cannot commit, because a call in it failed and its error was not thrown. */
export class DoomedTransaction extends Error {
  override readonly name = "DoomedTransaction";
  readonly error: ExecuteError;

  constructor(error: ExecuteError) {
    super("A call in the transaction failed, so it was rolled back.");
    this.error = error;
  }
}

/** A read of tables by their columns can write nothing, so it needs no read-only guard. Its record is written aside. */
function needsReadOnly({ plan }: CompiledPlan): boolean {
  return isRecordedAside(plan) && !(plan.kind === "read" && plan.writesNothing);
}

function settingsOf(compiled: CompiledPlan): readonly Statement[] {
  // Of an earlier upsert in the same transaction.
  if (merges(compiled.plan)) return [{ text: "select set_config('offramp.inserted', '', true)" }];
  // Undone with the savepoint: a transaction cannot be made writable again otherwise.
  return needsReadOnly(compiled) ? [{ text: "set local transaction_read_only = on" }] : [];
}
