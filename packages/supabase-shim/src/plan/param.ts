/**
 * How an operand becomes a parameter's text:
 * - `text`: as it is
 * - `pattern`: a LIKE pattern, in which `*` stands for `%`
 * - `array`: a list as an array literal (a text is taken to be one already)
 * - `patternArray`: both
 * - `json`: a list as JSON (a text is taken to be JSON already)
 */
export type Encoding = "text" | "pattern" | "array" | "patternArray" | "json";

/** A placeholder: a value of the request by its place among the request's operands, or a text that belongs to the shape. */
export type Param =
  | { readonly kind: "operand"; readonly slot: number; readonly encoding: Encoding }
  | { readonly kind: "constant"; readonly text: string }
  /** What the audit record says of this call's actor, known only when it runs. */
  | { readonly kind: "audit"; readonly field: AuditField };

/** The fields of an audit record that differ from call to call of one shape, apart from its rows. */
export type CallerField =
  | "actor_id"
  | "actor_role"
  | "on_behalf_of"
  | "purpose_of_use"
  | "break_glass"
  | "application"
  | "request_id"
  | "ip"
  | "user_agent"
  | "writer_id"
  | "writer_call"
  | "details";

/** With those that the text of the call's own statement says, for a record that is written after it. */
export type AuditField =
  | CallerField
  | "action"
  | "relations"
  | "columns"
  | "filters"
  | "outcome"
  | "sqlstate"
  | "recorded";

/** Values as PostgreSQL reads them from text. */
export type AuditFields = Readonly<Partial<Record<AuditField, string | undefined>>>;
