import type { Grouped, Ungrouped } from "./aggregate.ts";
import type { Cardinality } from "./embedded.ts";
import type { Keys } from "./keys.ts";

/**
 * What has been read of one list of columns: the names of plain columns, fields that are something else, aggregates
 * (which depend on what else the list has), and which of the fields are embeds.
 */
export interface Selection<Names = unknown, Fields = unknown, Aggregates = unknown, Embeds = unknown> {
  names: Names;
  fields: Fields;
  aggregates: Aggregates;
  embeds: Embeds;
}

/** A selection of nothing. */
export type Nothing = Selection<never, unknown, unknown, never>;

/** Adds fields to fields; of two of one name the later counts, as in JSON. */
export type Add<Fields, More> = unknown extends More
  ? Fields
  : unknown extends Fields
    ? More
    : keyof Fields & keyof More extends never
      ? Fields & More
      : Omit<Fields, keyof More> & More;

/**
 * The row that a list of columns gives: plain columns, what replaces or joins them, and aggregates. The mapped types
 * stand in the branches, not under a name, so that an editor shows the row and not the name.
 */
export type RowOf<Row, Selected extends Selection> = unknown extends Selected["aggregates"]
  ? unknown extends Selected["fields"]
    ? { [Name in Selected["names"] & Keys<Row>]: Row[Name] }
    : Merge<Row, Selected["names"], Selected["fields"]>
  : [Selected["names"] | Keys<Selected["fields"]>] extends [never]
    ? Merge<Row, never, Ungrouped<Selected["aggregates"]>>
    : Merge<Row, Selected["names"], Selected["fields"] & Grouped<Selected["aggregates"]>>;

type Merge<Row, Names, Fields> = (Names & Keys<Row>) | Keys<Fields> extends infer Columns extends PropertyKey
  ? {
      [Name in Columns]: Name extends Keys<Fields>
        ? Fields[Name]
        : Name extends Keys<Row>
          ? Row[Name]
          : never;
    }
  : never;

/** The rows of an embed, as the field of one row. */
export type EmbeddedRows<Row, Many extends Cardinality> = Many extends "many"
  ? Row[]
  : Many extends "one"
    ? Row
    : Many extends "maybe"
      ? Row | null
      : { [Name in keyof Row]: Row[Name] | null };

/** The fields of a spread embed: those of a list become lists, those of a row that may be missing may be null. */
export type SpreadFields<Row, Many extends Cardinality> = Many extends "many"
  ? { [Name in keyof Row]: Row[Name][] }
  : Many extends "one"
    ? Row
    : { [Name in keyof Row]: Row[Name] | null };
