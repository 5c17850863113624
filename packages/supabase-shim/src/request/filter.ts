import type { Field } from "./field.ts";

/** Operators that take `(any)` and `(all)`. */
export type QuantifiableOperator = "eq" | "gt" | "gte" | "lt" | "lte" | "like" | "ilike" | "match" | "imatch";
export type BinaryOperator = "neq" | "cs" | "cd" | "ov" | "sl" | "sr" | "nxr" | "nxl" | "adj";
export type TextSearchOperator = "fts" | "plfts" | "phfts" | "wfts";
export type IsValue = "null" | "not_null" | "true" | "false" | "unknown";

/**
 * A list given as a list. Whether it becomes an array literal (`{a,b}`) or JSON (`["a","b"]`)
 * depends on the column's type, which only the planner knows.
 */
export interface ListOperand {
  readonly list: readonly unknown[];
}

export type Operation =
  | {
      readonly kind: "compare";
      readonly operator: QuantifiableOperator;
      readonly quantifier?: "any" | "all";
      /** With a quantifier: an array literal, or a list. */
      readonly value: string | ListOperand;
    }
  | { readonly kind: "binary"; readonly operator: BinaryOperator; readonly value: string | ListOperand }
  | { readonly kind: "is"; readonly value: IsValue }
  | { readonly kind: "isDistinct"; readonly value: string | null }
  | { readonly kind: "in"; readonly values: readonly string[] }
  | {
      readonly kind: "textSearch";
      readonly operator: TextSearchOperator;
      readonly language?: string;
      readonly value: string;
    };

export interface Filter {
  readonly kind: "filter";
  readonly field: Field;
  readonly negated: boolean;
  readonly operation: Operation;
}

/** `and(…)`, `or(…)`, `not.and(…)`, `not.or(…)` */
export interface LogicGroup {
  readonly kind: "group";
  readonly operator: "and" | "or";
  readonly negated: boolean;
  readonly members: readonly LogicTree[];
}

export type LogicTree = Filter | LogicGroup;
