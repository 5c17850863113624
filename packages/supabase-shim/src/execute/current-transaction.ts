import { AsyncLocalStorage } from "node:async_hooks";
import type { Database } from "@offramp/db";

const open = new AsyncLocalStorage<readonly Database[]>();

/** Runs `work` so that {@link insideTransactionOn} knows of the transaction, across `await` too. */
export function enterTransaction<T>(database: Database, work: () => Promise<T>): Promise<T> {
  return open.run([...(open.getStore() ?? []), database], work);
}

/**
 * Whether the caller is inside a transaction on this database. A call past the transaction would not see its
 * changes, would survive its rollback, and may wait for ever for the connection that it holds.
 */
export function insideTransactionOn(database: Database): boolean {
  return open.getStore()?.includes(database) === true;
}
