import { type Database, quoteIdentifier, type Queryable } from "@offramp/db";

/**
 * How writes on the source are stopped.
 *
 * - `database`: new sessions of every role are read-only by default.
 * - `roles`: only those of these roles.
 * - `none`: the application was stopped by hand.
 *
 * A session may still ask for a transaction that writes; what PostgREST, Supabase's libraries and most drivers send does not.
 */
export type WriteStop =
  | { readonly kind: "database" }
  | { readonly kind: "roles"; readonly roles: readonly string[] }
  | { readonly kind: "none" };

/** A session of the source that was ended, or could not be. */
export interface EndedSession {
  readonly role: string;
  readonly application: string;
}

const READ_ONLY = "default_transaction_read_only";

/** Our own sessions go on writing: they carry this name. */
const OWN_APPLICATION = "offramp";

/**
 * Stops writes: makes new sessions read-only, then ends the ones that are there, so that nothing is in flight.
 *
 * SQL: `alter database … set default_transaction_read_only = on` or `alter role … in database … set …`, then
 * `select pg_terminate_backend(pid, 5000) from pg_stat_activity …`.
 *
 * @returns the sessions that were ended.
 * @throws {ServerError} 42501: the database belongs to another role, or a session is another role's.
 * @throws {Error} a session did not end.
 */
export async function stopWrites(source: Database, stop: WriteStop): Promise<readonly EndedSession[]> {
  if (stop.kind === "none") return [];
  const database = await currentDatabase(source);
  for (const subject of subjects(stop, database))
    await source.query({ text: `alter ${subject} set ${READ_ONLY} = on` });
  return endSessions(source, stop);
}

/**
 * Opens the source for writing again.
 *
 * SQL: `alter database … reset default_transaction_read_only` or `alter role … in database … reset …`, and the sessions that
 * began read-only are ended.
 */
export async function openWrites(source: Database, stop: WriteStop): Promise<readonly EndedSession[]> {
  if (stop.kind === "none") return [];
  const database = await currentDatabase(source);
  for (const subject of subjects(stop, database))
    await source.query({ text: `alter ${subject} reset ${READ_ONLY}` });
  return endSessions(source, stop);
}

/** Sessions that a stop will end, for the question that is asked before it. */
export async function sessionsToEnd(source: Queryable, stop: WriteStop): Promise<readonly EndedSession[]> {
  if (stop.kind === "none") return [];
  const rows = await source.query({
    text: `select usename as role, application_name as application from pg_stat_activity where ${affected}`,
    values: [rolesOf(stop), OWN_APPLICATION],
  });
  return rows.map(session);
}

async function endSessions(source: Database, stop: WriteStop): Promise<readonly EndedSession[]> {
  const rows = await source.query({
    text: `select usename as role, application_name as application, pg_terminate_backend(pid, 5000) as ended
      from pg_stat_activity where ${affected}`,
    values: [rolesOf(stop), OWN_APPLICATION],
  });
  const stubborn = rows.filter(({ ended }) => ended !== "t");
  if (stubborn.length > 0)
    throw new Error(
      `${stubborn.length} sessions of the source did not end within 5 s (${stubborn.map(({ role }) => role).join(", ")}): they may still write. Stop them and try again.`,
    );
  return rows.map(session);
}

/** Client sessions of this database, of these roles or of all, but for those of this command. */
const affected = `datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
  and ($1::name[] is null or usename = any ($1::name[])) and application_name not like $2 || '%'`;

function rolesOf(stop: WriteStop): string | null {
  if (stop.kind !== "roles") return null;
  return `{${stop.roles.map((role) => `"${role.replaceAll(/["\\]/g, "\\$&")}"`).join(",")}}`;
}

function subjects(stop: WriteStop, database: string): readonly string[] {
  if (stop.kind === "none") return [];
  if (stop.kind === "database") return [`database ${quoteIdentifier(database)}`];
  return stop.roles.map((role) => `role ${quoteIdentifier(role)} in database ${quoteIdentifier(database)}`);
}

async function currentDatabase(source: Queryable): Promise<string> {
  const [row] = await source.query({ text: "select current_database() as name" });
  return String(row?.["name"]);
}

function session(row: Readonly<Record<string, string | null>>): EndedSession {
  return { role: row["role"] ?? "", application: row["application"] ?? "" };
}
