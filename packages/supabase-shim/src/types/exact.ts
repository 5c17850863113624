import type { IsAny } from "./any.ts";

/** Rows without keys that the table does not have: by itself the compiler looks for them only in a literal. */
export type Exact<Row, Given> =
  IsAny<Row> extends true
    ? Row
    : [Exclude<keyof Given, keyof Row>] extends [never]
      ? Given
      : Row & { [Key in Exclude<keyof Given, keyof Row> & string]?: `there is no column '${Key}'` };

/** One row. A list is refused, which is else taken for a row that leaves every column out. */
export interface NoList {
  [Symbol.iterator]?: never;
}

/** What can be inserted into a relation; nothing into a view that is only read. */
export type InsertOf<Relation> =
  IsAny<Relation> extends true ? Relation : Relation extends { Insert: infer Row } ? Row : never;

/** What can be changed in a relation. */
export type UpdateOf<Relation> =
  IsAny<Relation> extends true ? Relation : Relation extends { Update: infer Row } ? Row : never;

/** What is read of a relation. */
export type RowOfRelation<Relation> =
  IsAny<Relation> extends true ? Relation : Relation extends { Row: infer Row } ? Row : never;
