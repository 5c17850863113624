import type { IsAny } from "./any.ts";
import type { GenericSelect, SelectQueryError } from "./select-error.ts";

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

/**
 * The argument of `select`: what was given where it gives a row or is only known at run time, else the sentence that
 * says why it gives none. In a list the plain columns stay, so that an editor offers them. All columns are always there,
 * also in a function that does not know yet which table it reads.
 */
export type CheckedSelect<Columns, NewRow, Row> =
  (Columns extends "*" ? unknown : NewRow) extends SelectQueryError<infer Message>
    ? Columns extends string
      ? NewRow extends GenericSelect
        ? Columns
        : Message
      : NewRow extends GenericSelect
        ? Columns | readonly SelectItem<Row>[]
        : readonly (Message | SelectItem<Row>)[]
    : Columns;

/** The rows of a select; after `rpc()` one row stays one. */
export type SelectedRows<Result, Row, Method> = "RPC" extends Method
  ? IsAny<Method> extends true
    ? Row[]
    : Result extends unknown[]
      ? Row[]
      : Row
  : Row[];
