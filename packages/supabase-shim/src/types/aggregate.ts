/** The aggregates of PostgREST, "Aggregate Functions". */
export type AggregateName = "count" | "sum" | "avg" | "min" | "max";

/**
 * An aggregate in a select list. A count is a number; the others are of the column's type: the least and the greatest
 * value, and what is added up stays a number, or a text such as an interval. Over no rows at all SQL gives null, which
 * happens where nothing groups; `empty` is `never` for a count, which is zero then.
 */
export interface Aggregate<Type = unknown, Empty = unknown> {
  type: Type;
  empty: Empty;
}

/** The aggregates of a list as they are when nothing groups. */
export type Ungrouped<Aggregates> = {
  [Name in keyof Aggregates]: Aggregates[Name] extends Aggregate<infer Type, infer Empty>
    ? Type | Empty
    : never;
};

/** The aggregates of a list whose rows are groups: no group is empty. */
export type Grouped<Aggregates> = {
  [Name in keyof Aggregates]: Aggregates[Name] extends Aggregate<infer Type> ? Type : never;
};
