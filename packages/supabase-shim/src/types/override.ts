import type { IsAny } from "./any.ts";
import type { SelectQueryError } from "./select-error.ts";

/** What stands instead of a result whose override is a list where it is none, or the other way round. */
export interface TypeMismatch<Message extends string> {
  Error: Message;
}

/** The result after `returns`: the new type; a row that may be missing still may. */
export type Replaced<Result, New> =
  IsAny<Result> extends true
    ? New
    : Result extends SelectQueryError<string>
      ? New
      : ListMismatch<Result, New> extends infer Mismatch
        ? [Mismatch] extends [never]
          ? New | Extract<Result, null>
          : Mismatch
        : never;

/** The result after `overrideTypes`: merged into the old one, key by key and deeply, unless `merge` is false. */
export type Overridden<Result, New, Options> =
  IsAny<Result> extends true
    ? New
    : Options extends { merge: true }
      ? [ListMismatch<Result, New>] extends [never]
        ? MergeResult<NonNullable<Result>, New> | Extract<Result, null>
        : Replaced<Result, New>
      : Replaced<Result, New>;

type ListMismatch<Result, New> =
  NonNullable<Result> extends readonly unknown[]
    ? NonNullable<New> extends readonly unknown[]
      ? never
      : TypeMismatch<"the result is a list: override it with a list, or call single() before">
    : NonNullable<New> extends readonly unknown[]
      ? TypeMismatch<"the result is one row: override it with the row, not with a list of it">
      : never;

type MergeResult<Old, New> = Old extends readonly (infer OldRow)[]
  ? New extends readonly (infer NewRow)[]
    ? MergeRow<OldRow, NewRow>[]
    : never
  : MergeRow<Old, New>;

type MergeRow<Old, New> =
  IsAny<Old> extends true
    ? New
    : Old extends SelectQueryError<string>
      ? New
      : {
          [Key in keyof Old | keyof New]: Key extends keyof New
            ? Key extends keyof Old
              ? MergeValue<Old[Key], New[Key]>
              : New[Key]
            : Key extends keyof Old
              ? Old[Key]
              : never;
        };

/** Lists and objects merge; the new type says whether null is possible. */
type MergeValue<Old, New> =
  Old extends SelectQueryError<string>
    ? New
    : New extends readonly (infer NewItem)[]
      ? Old extends readonly (infer OldItem)[]
        ? MergeRow<NonNullable<OldItem>, NonNullable<NewItem>>[]
        : New
      : [IsRecord<NonNullable<Old>>, IsRecord<NonNullable<New>>] extends [true, true]
        ? MergeRow<NonNullable<Old>, NonNullable<New>> | Extract<New, null>
        : New;

type IsRecord<T> = T extends readonly unknown[] ? false : T extends object ? true : false;
