/**
 * What PostgreSQL said when it refused a statement. Field names follow the protocol's error fields.
 *
 * @example
 * import type { ServerErrorFields } from "@offramp/db";
 *
 * const describe = ({ code, table, constraint }: ServerErrorFields): string =>
 *   `${code} on ${table ?? "?"}, constraint ${constraint ?? "?"}`;
 * console.log(describe({ code: "23505", message: "duplicate key value", table: "profiles" }));
 */
export interface ServerErrorFields {
  /** SQLSTATE, five characters. */
  readonly code: string;
  readonly message: string;
  readonly severity?: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly schema?: string;
  readonly table?: string;
  readonly column?: string;
  readonly constraint?: string;
  /** Of COPY … FROM STDIN: the line at which it stopped, from 1. */
  readonly line?: number;
  /** The server never saw the statement: it was cancelled while it waited for a connection. */
  readonly sent?: false;
}

/**
 * PostgreSQL refused a statement.
 *
 * `message`, `detail` and `hint` are PostgreSQL's own words; `detail` may quote a row's values
 * and belongs in an answer to the caller, not in a log. The statement and its parameters are not kept.
 *
 * @example
 * import { connect, ServerError } from "@offramp/db";
 *
 * try {
 *   await connect().query({ text: "insert into profiles (email) values ($1)", values: ["ann@example.org"] });
 * } catch (error) {
 *   if (error instanceof ServerError && error.code === "23505") console.log("this email is taken");
 * }
 */
export class ServerError extends Error {
  override readonly name = "ServerError";
  readonly fields: ServerErrorFields;

  constructor(fields: ServerErrorFields, options?: ErrorOptions) {
    super(fields.message, options);
    this.fields = fields;
  }

  get code(): string {
    return this.fields.code;
  }
}
