import type { PgPreparedQuery, PgSession, PreparedQueryConfig } from "drizzle-orm/pg-core";
import type { AnySession } from "./any-driver.ts";

/** What a Drizzle session is asked to prepare. */
export type PrepareArguments = Parameters<PgSession["prepareQuery"]>;

/** A statement of a builder, with what Drizzle adds to it after it is prepared. */
export interface PreparedStatement {
  readonly query: PrepareArguments[0];
  /** The fields of its rows; undefined when the driver's own result is the answer. */
  readonly fields: PrepareArguments[1];
  readonly name: PrepareArguments[2];
  readonly arrayMode: PrepareArguments[3];
  readonly mapper: PrepareArguments[4];
  /** Which joined tables are there in every row: Drizzle's select sets it. */
  readonly joinsNotNullableMap?: Record<string, boolean> | undefined;
}

/**
 * Runs a statement on a session of the driver. Drizzle's cache is left out: what it answers no database would see,
 * and so no trail.
 */
export async function runOn(
  session: AnySession,
  statement: PreparedStatement,
  values: Record<string, unknown>,
): Promise<unknown> {
  const { query, fields, name, arrayMode, mapper, joinsNotNullableMap } = statement;
  const prepared: PgPreparedQuery<PreparedQueryConfig> = session.prepareQuery(
    query,
    fields,
    name,
    arrayMode,
    mapper,
  );
  if (joinsNotNullableMap !== undefined) Object.assign(prepared, { joinsNotNullableMap });
  return prepared.execute(values);
}
