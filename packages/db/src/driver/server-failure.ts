import { ServerError, type ServerErrorFields } from "../errors/server-error.ts";

/** The fields that postgres.js puts on an error that the server sent. */
interface DriverError {
  readonly code: string;
  readonly message: string;
  readonly severity?: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly schema_name?: string;
  readonly table_name?: string;
  readonly column_name?: string;
  readonly constraint_name?: string;
  readonly routine?: string;
  readonly where?: string;
}

/** Where COPY stopped. What follows the colon is the row's value. */
const COPY_PLACE = /^COPY .+?, line (\d+)(?:, column ([^\n]+?))?(?:: |$)/m;

/** SQLSTATE of a statement that was cancelled. */
const QUERY_CANCELED = "57014";

/** True for an error that PostgreSQL sent; anything else comes from the driver or the socket. */
export function isServerFailure(error: unknown): error is DriverError {
  return error instanceof Error && error.name === "PostgresError" && "code" in error && "severity" in error;
}

/**
 * A new error with PostgreSQL's fields. The driver's own error is not kept as the cause: it
 * carries the statement and its parameters.
 */
export function toServerError(error: DriverError): ServerError {
  const fields: Record<string, string> = { code: error.code, message: error.message };
  copy(fields, "severity", error.severity);
  copy(fields, "detail", error.detail);
  copy(fields, "hint", error.hint);
  copy(fields, "schema", error.schema_name);
  copy(fields, "table", error.table_name);
  copy(fields, "column", error.column_name);
  copy(fields, "constraint", error.constraint_name);
  const [, line, column] = COPY_PLACE.exec(error.where ?? "") ?? [];
  if (fields["column"] === undefined) copy(fields, "column", column);
  return new ServerError({
    ...(fields as unknown as ServerErrorFields),
    ...(line === undefined ? {} : { line: Number(line) }),
  });
}

/** A prepared statement whose result type was changed by DDL since. */
export function isStalePlan(error: DriverError): boolean {
  return error.code === "0A000" && error.routine === "RevalidateCachedQuery";
}

export function cancelledBeforeSent(): ServerError {
  return new ServerError({
    code: QUERY_CANCELED,
    severity: "ERROR",
    message: "the statement was cancelled before it was sent",
    sent: false,
  });
}

function copy(fields: Record<string, string>, name: string, value: string | undefined): void {
  if (value !== undefined) fields[name] = value;
}
