import { ServerError } from "@offramp/db";

import { RowError } from "../tables/row-error.ts";

/** A row that the target refused. */
export interface BadRow {
  /** `schema.table` of the source. */
  readonly table: string;
  /** The key's values with their columns, `id=17`; nothing where the table has no key. */
  readonly key: string | undefined;
  /** Why, without a value of the row. */
  readonly reason: string;
}

const REASONS: Readonly<Record<string, string>> = {
  "22001": "a text is too long for its column",
  "22003": "a number is out of range",
  "22007": "a date or time cannot be read",
  "22008": "a date or time is out of range",
  "22021": "a text holds bytes that the target's encoding does not have",
  "22P02": "a value is none of its column's type",
  "22P05": "a character does not exist in the target's encoding",
  "23502": "a column must not be null",
  "23505": "the target has a row with the same unique key",
  "23514": "a check constraint refuses it",
  "23P01": "an exclusion constraint refuses it",
  "22P04": "it has not as many columns as the table",
  "428C9": "a generated column cannot be given",
};

/** Whether an error is about one row and not about the statement, the server or the connection. */
export function isRowFault(error: unknown): error is ServerError | RowError {
  if (error instanceof RowError) return true;
  return error instanceof ServerError && /^(22|23|P0)/.test(error.code);
}

/** Why the target refused a row. PostgreSQL's own message is not used: it quotes values. */
export function reasonOf(error: ServerError | RowError): string {
  if (error instanceof RowError) return error.message;
  const { code, column, constraint } = error.fields;
  const what =
    REASONS[code] ??
    (code.startsWith("P0") ? "a trigger or function of the target refuses it" : "the target refuses it");
  const where = [
    ...(column === undefined ? [] : [`column ${column}`]),
    ...(constraint === undefined ? [] : [`constraint ${constraint}`]),
  ].join(", ");
  return `${what}${where === "" ? "" : ` (${where})`}, SQLSTATE ${code}`;
}
