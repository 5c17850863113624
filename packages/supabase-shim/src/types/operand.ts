/**
 * What a column of a type can be compared with: a value of its type, a `Date` where it is a text, as dates are, and a
 * `bigint` where it is a number.
 */
export type Operand<Type> =
  | Type
  | (string extends Type ? Date : never)
  | (number extends Type ? bigint : never);

/** What a column can be ordered against: an operand, and a number may be written as a text. */
export type Comparand<Type> = Operand<Type> | (number extends Type ? string : never);
