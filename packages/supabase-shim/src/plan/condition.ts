import type { BinaryOperator, IsValue, QuantifiableOperator, TextSearchOperator } from "../request/index.ts";
import type { QualifiedName } from "../schema-cache/index.ts";
import type { ColumnRef, Qualifier } from "./column-ref.ts";
import type { Param } from "./param.ts";

export type Test =
  | {
      readonly kind: "compare";
      readonly operator: QuantifiableOperator;
      readonly quantifier?: "any" | "all";
      readonly value: Param;
    }
  | { readonly kind: "binary"; readonly operator: BinaryOperator; readonly value: Param }
  | { readonly kind: "is"; readonly value: IsValue }
  | { readonly kind: "isDistinct"; readonly value: Param }
  /** The list is one array parameter. */
  | { readonly kind: "in"; readonly values: Param }
  /** The tokens of the values that an encrypted column may equal, as one array parameter. */
  | { readonly kind: "blindIndex"; readonly operator: "eq" | "in"; readonly tokens: Param }
  | {
      readonly kind: "textSearch";
      readonly operator: TextSearchOperator;
      readonly language?: Param;
      readonly value: Param;
    };

export type Condition =
  | {
      readonly kind: "group";
      readonly operator: "and" | "or";
      readonly negated: boolean;
      readonly members: readonly Condition[];
    }
  | {
      readonly kind: "test";
      readonly negated: boolean;
      readonly column: ColumnRef;
      readonly test: Test;
      /** The function that reads a value of the column's type from text. */
      readonly transform?: QualifiedName;
    }
  /** `embed=is.null` and `embed=not.is.null`: an anti-join and a semi-join. */
  | { readonly kind: "embedPresence"; readonly present: boolean; readonly joinAlias: string };

/** `left = right`, between a relation and its parent or junction. */
export interface JoinCondition {
  readonly left: readonly [Qualifier, column: string];
  readonly right: readonly [Qualifier, column: string];
}
