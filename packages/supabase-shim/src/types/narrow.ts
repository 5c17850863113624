/** A row, one of whose columns is known not to be null. */
type NotNull<Row, Name> = Name extends keyof Row
  ? { [Column in keyof Row]: Column extends Name ? NonNullable<Row[Column]> : Row[Column] }
  : Row;

/** The result of a query, one of whose columns is known not to be null; a result without the column stays. */
export type NotNullResult<Result, Name> = Result extends (infer Row)[]
  ? NotNull<Row, Name>[]
  : NotNull<Result, Name>;
