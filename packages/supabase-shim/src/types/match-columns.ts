import type { ColumnArgument, ColumnType } from "./column.ts";
import type { Scope } from "./scope.ts";
import type { Operand } from "./operand.ts";

/** The argument of `match`: each key a column, each value of the column's type. A key that is none is said to be none. */
export type MatchColumns<In extends Scope, Columns> = [NoColumns<In, keyof Columns>] extends [never]
  ? Columns & {
      [Name in keyof Columns]: Name extends string ? Operand<ColumnType<In, Name>> | null | undefined : never;
    }
  : { [Name in NoColumns<In, keyof Columns>]?: `there is no column '${Name}'` };

/** The keys that are no columns. */
type NoColumns<In extends Scope, Names> = Names extends string
  ? Names extends ColumnArgument<In, Names>
    ? never
    : Names
  : never;
