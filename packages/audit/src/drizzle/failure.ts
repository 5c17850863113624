import { DrizzleQueryError } from "drizzle-orm";

/** Its first letter tells it from a code of Node, such as EPIPE. */
const SQLSTATE = /^[0-9FHPX][0-9A-Z]{4}$/;

/**
 * The error to throw for a call that failed, once its failure is recorded. Drizzle's own error spells out the
 * statement's parameters, which are PHI in a log: they are left out.
 */
export async function failureOf(
  error: unknown,
  record: (sqlstate: string) => Promise<void>,
): Promise<unknown> {
  const sqlstate = sqlstateOf(error);
  const told =
    error instanceof DrizzleQueryError ? new DrizzleQueryError(error.query, [], error.cause) : error;
  // Without an SQLSTATE the server never answered: nothing was touched, and nothing can be recorded there.
  if (sqlstate === undefined) return told;
  try {
    await record(sqlstate);
    return told;
  } catch (unrecorded) {
    return new AggregateError(
      [told, unrecorded],
      `The call failed (SQLSTATE ${sqlstate}), and its failure could not be recorded in the audit trail.`,
    );
  }
}

/** The error to throw for a transaction that was rolled back, once what it had shown is recorded. */
export async function rolledBack(error: unknown, record: () => Promise<void>): Promise<unknown> {
  try {
    await record();
    return error;
  } catch (unrecorded) {
    return new AggregateError(
      [error, unrecorded],
      "The transaction was rolled back, and what it had shown could not be recorded in the audit trail.",
    );
  }
}

function sqlstateOf(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as { readonly code?: unknown };
    if (typeof code === "string" && SQLSTATE.test(code)) return code;
  }
  return undefined;
}
