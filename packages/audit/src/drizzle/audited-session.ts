import {
  type PgPreparedQuery,
  PgSession,
  type PgTransactionConfig,
  type PreparedQueryConfig,
} from "drizzle-orm/pg-core";
import type { SQL } from "drizzle-orm";
import { declaredAccess } from "../context/declared-access.ts";
import type { AnySession, AnyTransaction } from "./any-driver.ts";
import { AuditedQuery } from "./audited-query.ts";
import { AuditedTransaction } from "./audited-transaction.ts";
import type { Auditing, RecordingSession } from "./auditing.ts";
import { type DescribedAccess, describeAccess } from "./described-access.ts";
import { failureOf, rolledBack } from "./failure.ts";
import { sourceOf } from "./origin.ts";
import { type PrepareArguments, type PreparedStatement, runOn } from "./prepared-statement.ts";
import type { HeldAccess } from "./recorder.ts";
import { runTraced, type TracedResult } from "./run-traced.ts";

/** The driver's session, with a record for each statement that touches PHI. */
export class AuditedSession extends PgSession implements RecordingSession {
  readonly #inner: AnySession;
  readonly #auditing: Auditing;
  /** What the records in the running transaction are of; undefined outside of one. */
  readonly #held: HeldAccess[] | undefined;

  constructor(inner: AnySession, auditing: Auditing, held?: HeldAccess[]) {
    super(auditing.dialect);
    this.#inner = inner;
    this.#auditing = auditing;
    this.#held = held;
  }

  override prepareQuery<T extends PreparedQueryConfig = PreparedQueryConfig>(
    ...[query, fields, name, arrayMode, mapper]: PrepareArguments
  ): PgPreparedQuery<T> {
    const statement = { query, fields, name, arrayMode, mapper };
    return new AuditedQuery(statement, (complete, values) => this.#run(complete, values));
  }

  /** Each driver finds the number in a result of its own form; rows as lists are the same in all. */
  override async count(counting: SQL): Promise<number> {
    const query = this.dialect.sqlToQuery(counting);
    const rows = (await this.prepareQuery(
      query,
      undefined,
      undefined,
      true,
      (found) => found,
    ).execute()) as unknown[][];
    return Number(rows[0]?.[0]);
  }

  override async transaction<T>(
    work: (transaction: AnyTransaction) => Promise<T>,
    config?: PgTransactionConfig,
  ): Promise<T> {
    return this.withTransaction((nested) => this.#inner.transaction(nested, config), work);
  }

  /** Runs `work` in a transaction of the driver; what it showed was recorded before, and what it changed is with it. */
  async withTransaction<T>(
    begin: (nested: (transaction: AnyTransaction) => Promise<T>) => Promise<T>,
    work: (transaction: AnyTransaction) => Promise<T>,
  ): Promise<T> {
    const held: HeldAccess[] = [];
    try {
      const result = await begin(async (inner) => {
        const session = new AuditedSession(inner._.session as AnySession, this.#auditing, held);
        return work(new AuditedTransaction(session, inner, this.#auditing));
      });
      this.#held?.push(...held);
      return result;
    } catch (error) {
      throw await rolledBack(error, () => this.#auditing.recorder.appendUndone(held));
    }
  }

  async #run(statement: PreparedStatement, values: Record<string, unknown>): Promise<unknown> {
    const { recorder, dialect } = this.#auditing;
    const map = await recorder.map();
    const access = describeAccess(map, sourceOf(statement.query)?.origin, declaredAccess());
    if (access === undefined) return runOn(this.#inner, statement, values);
    const run = (session: AnySession): Promise<TracedResult> =>
      runTraced({ session, dialect, map, access, statement, values });
    try {
      if (this.#held !== undefined) return await this.#runWithin(this.#held, access, run);
      return await this.#inner.transaction(async (tx) => {
        const session = tx._.session as AnySession;
        const traced = await run(session);
        await recorder.append(session, access, traced);
        return traced.result;
      });
    } catch (error) {
      throw await failureOf(error, (sqlstate) => recorder.appendFailure(access, sqlstate));
    }
  }

  /** In the application's transaction: a change is recorded with it, and what it shows before it is shown. */
  async #runWithin(
    held: HeldAccess[],
    access: DescribedAccess,
    run: (session: AnySession) => Promise<TracedResult>,
  ): Promise<unknown> {
    const { recorder } = this.#auditing;
    const traced = await run(this.#inner);
    const reads = access.action === "READ";
    if (!reads) await recorder.append(this.#inner, access, traced);
    if (reads || traced.shows) await recorder.appendShown(access, traced);
    else held.push({ access, result: traced });
    return traced.result;
  }
}
