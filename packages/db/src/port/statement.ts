/**
 * A parameter: PostgreSQL's text input for the type that the statement infers, or NULL. Booleans, dates and JSON are sent as text too.
 *
 * @example
 * import type { Parameter } from "@offramp/db";
 *
 * // For `$1::boolean`, `$2::date`, `$3::int[]`, `$4::jsonb` and a column that may be null:
 * const values: readonly Parameter[] = ["true", "2026-07-04", "{1,2}", '{"zone":1}', null];
 * console.log(values.length);
 */
export type Parameter = string | null;

/**
 * One SQL statement. `text` carries `$1`, `$2`, … and never a value.
 *
 * @example
 * import { connect, type Statement } from "@offramp/db";
 *
 * const statement: Statement = {
 *   text: "select id, full_name from profiles where email = $1",
 *   values: ["ann@example.org"],
 *   signal: AbortSignal.timeout(2_000),
 * };
 * console.log(await connect().query(statement));
 */
export interface Statement {
  readonly text: string;
  readonly values?: readonly Parameter[];
  /**
   * Keep a prepared statement for this text on the connection. Prepared statements are never
   * evicted by the driver, so ask for it only for a bounded set of texts. Default `false`.
   */
  readonly prepare?: boolean;
  /**
   * The text may hold several statements, separated by `;`, and takes no values. Without a
   * transaction around it, it is one: all or nothing. Resolves to the rows of the last statement.
   * Only for text that a person wrote, such as a migration. Default `false`: then a second
   * statement in the text is refused by the server.
   */
  readonly script?: boolean;
  /**
   * For a statement without rows: resolves to one row, whose only column of this name says how many rows the statement
   * changed, by its command tag.
   */
  readonly affectedAs?: string | undefined;
  /**
   * The caller's promise that the statement changes nothing. Then it is sent again when its connection breaks, and
   * may go to a replica. Nothing is concluded from the text. Default `false`.
   */
  readonly readOnly?: boolean;
  /**
   * The caller's promise that the statement waits for no row that another transaction holds, as a read does not, also
   * one that appends a record. Then it may be sent behind other brief statements of this kind although there are idle
   * connections, which saves waking up a session for each. `readOnly` promises it too. Default `false`.
   */
  readonly lockFree?: boolean | undefined;
  /**
   * With `false`, a read that was under way when its connection broke is not sent again, and fails. What provably was not
   * sent still goes to another connection. Default `true`.
   */
  readonly repeat?: boolean | undefined;
  /** Cancels the running statement in PostgreSQL (a cancel request, SQLSTATE 57014). */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A result row: every value is PostgreSQL's text output, or null. Nothing is parsed.
 *
 * @example
 * import { connect, type Row } from "@offramp/db";
 *
 * const rows: readonly Row[] = await connect().query({ text: "select 1 as one, null as nothing" });
 * console.log(rows[0]?.["one"]); // the text "1"
 */
export type Row = Readonly<Record<string, string | null>>;
