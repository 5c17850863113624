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
import { describeAccess } from "./described-access.ts";
import { failureOf, rolledBack } from "./failure.ts";
import { sourceOf } from "./origin.ts";
import { type PrepareArguments, type PreparedStatement, runOn } from "./prepared-statement.ts";
import type { ShownAccess } from "./recorder.ts";
import { runTraced, type TracedResult } from "./run-traced.ts";

/** The driver's session, with a record for each statement that touches PHI. */
export class AuditedSession extends PgSession implements RecordingSession {
  readonly #inner: AnySession;
  readonly #auditing: Auditing;
  /** What the running transaction has shown so far; undefined outside of one. */
  readonly #shown: ShownAccess[] | undefined;

  constructor(inner: AnySession, auditing: Auditing, shown?: ShownAccess[]) {
    super(auditing.dialect);
    this.#inner = inner;
    this.#auditing = auditing;
    this.#shown = shown;
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

  /** Runs `work` in a transaction of the driver; what it showed stays recorded when that is rolled back. */
  async withTransaction<T>(
    begin: (nested: (transaction: AnyTransaction) => Promise<T>) => Promise<T>,
    work: (transaction: AnyTransaction) => Promise<T>,
  ): Promise<T> {
    const shown: ShownAccess[] = [];
    try {
      const result = await begin(async (inner) => {
        const session = new AuditedSession(inner._.session as AnySession, this.#auditing, shown);
        return work(new AuditedTransaction(session, inner, this.#auditing));
      });
      this.#shown?.push(...shown);
      return result;
    } catch (error) {
      throw await rolledBack(error, () => this.#auditing.recorder.appendShown(shown));
    }
  }

  async #run(statement: PreparedStatement, values: Record<string, unknown>): Promise<unknown> {
    const { recorder, dialect } = this.#auditing;
    const map = await recorder.map();
    const access = describeAccess(map, sourceOf(statement.query)?.origin, declaredAccess());
    if (access === undefined) return runOn(this.#inner, statement, values);
    const recorded = async (session: AnySession): Promise<TracedResult> => {
      const result = await runTraced({ session, dialect, map, access, statement, values });
      await recorder.append(session, access, result);
      return result;
    };
    try {
      if (this.#shown === undefined) {
        return (await this.#inner.transaction((tx) => recorded(tx._.session as AnySession))).result;
      }
      const result = await recorded(this.#inner);
      this.#shown.push({ access, result });
      return result.result;
    } catch (error) {
      throw await failureOf(error, (sqlstate) => recorder.appendFailure(access, sqlstate));
    }
  }
}
