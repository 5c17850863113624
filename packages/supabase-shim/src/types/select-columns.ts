import type { SelectQueryError } from "./select-error.ts";

/** The columns of a select: a text, or a list of its items. */
export type SelectColumns<Row> = string | readonly (SelectItem<Row> | (string & {}))[];

/** What an editor offers inside the list. */
type SelectItem<Row> = (keyof Row & string) | "*" | "count()";

/** The text that a list of items stands for. */
export type SelectText<Columns> = Columns extends string
  ? Columns
  : Columns extends readonly [infer First extends string, ...infer Rest]
    ? Joined<Rest, First>
    : Columns extends readonly []
      ? "*"
      : string;

type Joined<Items extends readonly unknown[], Text extends string> = Items extends readonly [
  infer First extends string,
  ...infer Rest,
]
  ? Joined<Rest, `${Text},${First}`>
  : Items extends readonly []
    ? Text
    : string;

/** The argument of `select`: what was given where it gives a row, else the sentence that says why it does not. */
export type CheckedSelect<Columns, Row> =
  Row extends SelectQueryError<infer Message>
    ? IsGeneric<Columns> extends true
      ? Columns
      : Message
    : Columns;

/** A text that is only known at run time is taken as it is. */
type IsGeneric<Columns> = Columns extends string ? ({} extends Record<Columns, 1> ? true : false) : false;

/** The rows of a select; after `rpc()` one row stays one. */
export type SelectedRows<Result, Row, Method> = Method extends "RPC"
  ? Result extends unknown[]
    ? Row[]
    : Row
  : Row[];
