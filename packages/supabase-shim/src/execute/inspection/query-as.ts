import type { Database, Row, Statement } from "@offramp/db";
import { err, type ExecuteError, ok, type Result } from "../../errors/index.ts";
import { fromThrown } from "../from-thrown.ts";
import { runInTransaction } from "../run-in-transaction.ts";
import type { Session } from "../session.ts";

/** Reads with the rights and the settings of a call. */
export async function queryAs(
  database: Database,
  statement: Statement,
  session: Session,
): Promise<Result<readonly Row[], ExecuteError>> {
  try {
    return await runInTransaction(database, {
      statement,
      session,
      readOnly: true,
      check: () => ok(undefined),
      checked: false,
      rollback: false,
    });
  } catch (thrown) {
    return err(fromThrown(thrown, { signal: statement.signal, anonymous: session.anonymous }));
  }
}
