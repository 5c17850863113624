import type { IsAny } from "./any.ts";

/** A result without the keys whose value is null: they are left out instead, in embedded rows too. */
export type Stripped<Result> =
  IsOpen<Result> extends true
    ? Result
    : Result extends readonly (infer Row)[]
      ? Stripped<Row>[]
      : Result extends object
        ? StrippedRow<Result> extends infer Row
          ? { [Column in keyof Row]: Row[Column] }
          : never
        : Result;

type StrippedRow<Row> = {
  [Column in keyof Row as null extends Row[Column] ? never : Column]: Stripped<Row[Column]>;
} & {
  [Column in keyof Row as null extends Row[Column] ? Column : never]?: Stripped<NonNullable<Row[Column]>>;
};

/** `any`, and any JSON whatever, stay what they are. */
type IsOpen<Value> =
  IsAny<Value> extends true ? true : [string | number | boolean] extends [Value] ? true : false;
