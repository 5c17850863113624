import { ServerError, type Queryable } from "@offramp/db";

/** An attempt to change the trail: with which rights, the statement, and the database's answer. */
export interface Attempt {
  readonly as: string;
  readonly statement: string;
  /** The database's words, or undefined when it let the statement through. */
  readonly refusal?: string;
}

const statements: readonly string[] = [
  "update audit.phi_access_log set actor_id = 'nobody'",
  "delete from audit.phi_access_log",
  "truncate audit.phi_access_log",
];

/** Tries each way of changing the trail on one connection. */
export async function tryToTamper(connection: Queryable, as: string): Promise<readonly Attempt[]> {
  const attempts: Attempt[] = [];
  for (const statement of statements) {
    attempts.push(await attempt(connection, { as, statement }));
  }
  return attempts;
}

async function attempt(connection: Queryable, tried: Attempt): Promise<Attempt> {
  try {
    await connection.query({ text: tried.statement });
    return tried;
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    return { ...tried, refusal: `${error.message} (${error.code})` };
  }
}
