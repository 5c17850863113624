/** What can be wrong with a request before any name is resolved. */
export type RequestError =
  /** A select, filter, order, logic, columns or on_conflict text that its grammar does not allow. PGRST100. */
  | { readonly kind: "syntax"; readonly message: string; readonly details: string }
  /** PGRST102 */
  | { readonly kind: "invalidBody"; readonly message: string }
  /** PGRST103 */
  | { readonly kind: "invalidRange"; readonly reason: "negativeLimit" | "lowerAboveUpper" }
  /** A value that cannot be sent: `undefined` in a filter, a symbol, a function. */
  | { readonly kind: "invalidValue"; readonly message: string; readonly hint: string };
