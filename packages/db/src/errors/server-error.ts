/** What PostgreSQL said when it refused a statement. Field names follow the protocol's error fields. */
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
}

/**
 * PostgreSQL refused a statement.
 *
 * `message`, `detail` and `hint` are PostgreSQL's own words; `detail` may quote a row's values
 * and belongs in an answer to the caller, not in a log. The statement and its parameters are not kept.
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
