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
  /** The record of this call for the audit trail, known only when it runs. */
  | { readonly kind: "auditCall" };
