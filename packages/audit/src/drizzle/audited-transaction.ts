import { PgTransaction, type PgTransactionConfig } from "drizzle-orm/pg-core";
import type { AnyTransaction } from "./any-driver.ts";
import type { Auditing, RecordingSession } from "./auditing.ts";
import { counted } from "./counted.ts";

/** The driver's transaction, whose statements are recorded in it. */
// oxlint-disable-next-line typescript/no-explicit-any -- as in AnyTransaction.
export class AuditedTransaction extends PgTransaction<any, any, any> {
  readonly #session: RecordingSession;
  readonly #inner: AnyTransaction;

  constructor(session: RecordingSession, inner: AnyTransaction, { dialect, schema }: Auditing) {
    super(dialect, session, schema);
    this.#session = session;
    this.#inner = inner;
  }

  override $count: AnyTransaction["$count"] = (source, filters) =>
    counted(this.#session, source as never, filters);

  override setTransaction(config: PgTransactionConfig): Promise<void> {
    return this.#inner.setTransaction(config);
  }

  override transaction<T>(work: (transaction: AnyTransaction) => Promise<T>): Promise<T> {
    return this.#session.withTransaction((nested) => this.#inner.transaction(nested), work);
  }
}
