import type { Field } from "./field.ts";

export type AggregateFunction = "sum" | "avg" | "count" | "max" | "min";
export type JoinKind = "inner" | "left";

/** `alias:field->path::cast.sum()::cast` */
export interface SelectField {
  readonly kind: "field";
  readonly field: Field;
  readonly alias?: string;
  /** A type name as it was written; its characters are restricted by the parser and checked again where it meets SQL. */
  readonly cast?: string;
  readonly aggregate?: AggregateFunction;
  readonly aggregateCast?: string;
}

/** `alias:relation!hint!inner(…)` */
export interface SelectEmbed {
  readonly kind: "embed";
  readonly relation: string;
  readonly alias?: string;
  readonly hint?: string;
  readonly join?: JoinKind;
  readonly select: readonly SelectItem[];
}

/** `...relation!hint!inner(…)`: the embedded columns become columns of the parent. */
export interface SelectSpread {
  readonly kind: "spread";
  readonly relation: string;
  readonly hint?: string;
  readonly join?: JoinKind;
  readonly select: readonly SelectItem[];
}

export type SelectItem = SelectField | SelectEmbed | SelectSpread;
