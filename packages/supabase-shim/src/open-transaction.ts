import { type Database, ServerError, type TransactionOptions } from "@offramp/db";
import { type Engine, PostgrestError, type Run } from "./client/index.ts";
import { type ExecuteError, renderError } from "./errors/index.ts";
import { DoomedTransaction, enterTransaction, fromThrown, TransactionScope } from "./execute/index.ts";

/** Makes the calls of one scope: the pipeline's run, bound to the scope's transaction. */
export type RunIn = (scope: TransactionScope) => Run;

/** The database of a client, and what must be there before a connection is taken out of its pool. */
export interface TransactionTarget {
  readonly database: Database;
  /** Loads the schema cache: inside the transaction it would wait for a second connection. */
  readonly ready: () => Promise<unknown>;
}

/** The engine of a client on a pool: `transaction` takes a connection for itself. */
export function transactionOn({ database, ready }: TransactionTarget, runIn: RunIn): Engine["transaction"] {
  return async (work, options) => {
    let scope: TransactionScope | undefined;
    let committed = false;
    try {
      await ready();
      const result = await enterTransaction(database, () =>
        database.transaction(async (transaction) => {
          const own = new TransactionScope(database, transaction);
          scope = own;
          const value = await work(engineOf(own, runIn));
          await own.settled();
          if (own.doom !== undefined) throw new DoomedTransaction(own.doom);
          return value;
        }, options satisfies TransactionOptions),
      );
      committed = true;
      return result;
    } catch (thrown) {
      throw asPostgrestError(thrown);
    } finally {
      await completeTrail(scope, committed);
    }
  };
}

async function completeTrail(scope: TransactionScope | undefined, committed: boolean): Promise<void> {
  try {
    await scope?.completeTrail(committed);
  } catch (thrown) {
    throw asPostgrestError(thrown);
  }
}

function engineOf(scope: TransactionScope, runIn: RunIn): Engine {
  return {
    run: runIn(scope),
    transaction: async (work) => {
      try {
        return await scope.nested((inner) => work(engineOf(inner, runIn)));
      } catch (thrown) {
        throw asPostgrestError(thrown);
      }
    },
  };
}

/** What the caller's own code threw is theirs; what the database did is a PostgrestError. */
function asPostgrestError(thrown: unknown): unknown {
  if (thrown instanceof DoomedTransaction) return postgrestError(thrown.error);
  if (thrown instanceof ServerError)
    return postgrestError(fromThrown(thrown, { signal: undefined, anonymous: false }));
  return thrown;
}

function postgrestError(error: ExecuteError): PostgrestError {
  const { message, code, details, hint } = renderError({ stage: "execute", error });
  return new PostgrestError({ message, code, details: String(details ?? ""), hint: hint ?? "" });
}
