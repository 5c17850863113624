/** What can be wrong with a request before any name is resolved. */
export type RequestError =
  /** A select, filter, order, logic, columns or on_conflict text that its grammar does not allow. PGRST100. */
  | { readonly kind: "syntax"; readonly message: string; readonly details: string }
  /** PGRST102 */
  | { readonly kind: "invalidBody"; readonly message: string }
  /** PGRST103 */
  | { readonly kind: "invalidRange"; readonly reason: "negativeLimit" | "lowerAboveUpper" }
  /** PGRST101 */
  | { readonly kind: "rpcMethod"; readonly method: string }
  /** PGRST106 */
  | { readonly kind: "unknownSchema"; readonly schema: string; readonly exposed: readonly string[] }
  /** PGRST107: of `/`, which has its own media types. */
  | { readonly kind: "unacceptableMedia"; readonly names: readonly string[] }
  /** PGRST114: a PUT names its one row by key, and cannot be limited. */
  | { readonly kind: "limitedPut" }
  /** PGRST117 */
  | { readonly kind: "unsupportedMethod"; readonly method: string }
  /** PGRST125 */
  | { readonly kind: "unknownPath" }
  /** PGRST126: the server describes itself to no one. */
  | { readonly kind: "rootDisabled" }
  /** OFF005: the body has more bytes than the server takes. */
  | { readonly kind: "bodyTooLarge"; readonly maxBytes: number }
  /** A value that cannot be sent: `undefined` in a filter, a symbol, a function. */
  | { readonly kind: "invalidValue"; readonly message: string; readonly hint: string };
