import type { ColumnArgument, ColumnType } from "./column.ts";
import type { Scope } from "./scope.ts";
import type { Operand } from "./operand.ts";

/** The argument of `match`: each key a column, each value of the column's type. A key that is no column takes nothing. */
export type MatchColumns<In extends Scope, Columns> = Columns & {
  [Name in keyof Columns]: Name extends string
    ? Name extends ColumnArgument<In, Name>
      ? Operand<ColumnType<In, Name>> | null | undefined
      : never
    : never;
};
