/** A query whose type is looked at: it is compiled, never run. */
export interface TypedQuery {
  readonly id: string;
  /** What is called on a client, as TypeScript: `.from("profiles").select("email")`. */
  readonly calls: string;
}

/** One call of a chain as TypeScript. */
export function callText(method: string, args: readonly unknown[]): string {
  return `.${method}(${args.map((arg) => (arg === undefined ? "undefined" : JSON.stringify(arg))).join(", ")})`;
}
