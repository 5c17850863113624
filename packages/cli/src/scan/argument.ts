/** An argument as it is written: a value that is known, or one that only a run will tell. */
export type Argument =
  | { readonly kind: "value"; readonly value: unknown }
  /** A text with a part that is not known: a template with `${}`, or a sum. */
  | { readonly kind: "composed" }
  | { readonly kind: "unknown" };

export const UNKNOWN_ARGUMENT: Argument = { kind: "unknown" };
