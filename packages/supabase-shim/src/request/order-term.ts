import type { Field } from "./field.ts";

/** `field.desc.nullslast`, or `relation(field).desc`: the parent ordered by a column of a to-one embed. */
export interface OrderTerm {
  readonly field: Field;
  readonly relation?: string;
  readonly direction?: "asc" | "desc";
  readonly nulls?: "first" | "last";
}
