/** One step of a JSON path: `->key`, `->>key`, `->0`, `->>-1`. */
export interface JsonStep {
  readonly arrow: "->" | "->>";
  readonly operand: { readonly key: string } | { readonly index: number };
}

/** A column by name, with an optional JSON path into it. The name is not resolved yet; `*` is the whole row. */
export interface Field {
  readonly name: string;
  readonly path: readonly JsonStep[];
}
