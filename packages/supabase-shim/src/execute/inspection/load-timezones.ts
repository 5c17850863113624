import type { Database } from "@offramp/db";

/**
 * The names that this PostgreSQL takes as time zones.
 *
 * @throws {ConnectionError} the database cannot be reached.
 */
export async function loadTimezones(database: Database): Promise<ReadonlySet<string>> {
  const rows = await database.query({ text: "select name from pg_catalog.pg_timezone_names" });
  return new Set(rows.flatMap(({ name }) => (typeof name === "string" ? [name] : [])));
}
