/** One row that is always there, one that may be missing, one whose fields may all be null, or a list. */
export type Cardinality = "one" | "maybe" | "nulls" | "many";

/** The relation that an embed means, and how many of its rows belong to one row. */
export interface Embedded<Target = unknown, Many extends Cardinality = Cardinality> {
  target: Target;
  cardinality: Many;
}

/** What an embed has that is no relation's rows: the value of a function of the row. */
export interface ComputedValue<Value = unknown> {
  value: Value;
}
