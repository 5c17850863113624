import type { AggregateName } from "./aggregate.ts";
import type { IsAny } from "./any.ts";
import type { Compact } from "./compact-select.ts";
import type { ComputedFields } from "./computed-fields.ts";
import type { GenericSchema, RelationOf } from "./database.ts";
import type { EmbedHead, ParseEmbedHead } from "./embed-head.ts";
import type { Cardinality, ComputedValue, Embedded } from "./embedded.ts";
import type { Place } from "./place.ts";
import type { ResolveEmbed } from "./resolve-embed.ts";
import type { GenericSelect, SelectQueryError } from "./select-error.ts";
import type { SelectField } from "./select-field.ts";
import type { Add, EmbeddedRows, Nothing, RowOf, Selection, SpreadFields } from "./selection.ts";
import type { UntypedRow } from "./untyped-row.ts";

/*
 * The select string is read once, from left to right, by a loop that the compiler runs without nesting: a stack holds
 * the lists that an embed stands in. So neither long lists nor deep embeds reach its limits, and a plain column costs
 * two steps. The text that is left always ends with a comma.
 */

/** The row that a select string gives, or the sentence that says why it gives none. */
export type SelectResult<Schema, Row, Name, Relationships, Query> = Query extends string
  ? IsAny<Schema> extends true
    ? UntypedRow<Query>
    : string extends Query
      ? GenericSelect
      : Query extends "*" | ""
        ? StarRow<Schema & GenericSchema, Name, Row>
        : Scan<
            Schema & GenericSchema,
            `${Compact<Query>},`,
            Place<Name, Row, Relationships>,
            keyof Row,
            never,
            Nothing,
            Top
          >
  : never;

/** `*` leaves computed fields out. */
type StarRow<Schema extends GenericSchema, Name, Row> =
  ComputedFields<Schema, Name, Row> extends infer Computed
    ? [Computed] extends [never]
      ? Row
      : { [Column in Exclude<keyof Row, Computed>]: Row[Column] }
    : never;

/** A list that waits for the embed inside it to end. */
interface Frame<
  Head extends EmbedHead = EmbedHead,
  Many extends Cardinality = Cardinality,
  At extends Place = Place,
  Names = unknown,
  Selected extends Selection = Selection,
  Outer = unknown,
> {
  head: Head;
  many: Many;
  at: At;
  names: Names;
  selected: Selected;
  outer: Outer;
}

/** Nothing waits. */
interface Top {
  top: true;
}

/** Reads the next item. `Names` are the plain columns so far, kept apart because they are what there is most of. */
type Scan<
  Schema extends GenericSchema,
  Text extends string,
  At extends Place,
  Columns,
  Names,
  Selected extends Selection,
  Outer,
> = Text extends `${infer Item},${infer Rest}`
  ? Item extends Columns
    ? Scan<Schema, Rest, At, Columns, Names | Item, Selected, Outer>
    : Item extends `${infer Head}(${infer Inner}`
      ? Inner extends `)${infer After}`
        ? After extends `${infer Cast})${infer Closers}`
          ? Take<
              Schema,
              Call<Schema, At, Head, Cast>,
              `)${Closers}`,
              Rest,
              At,
              Columns,
              Names,
              Selected,
              Outer
            >
          : Take<Schema, Call<Schema, At, Head, After>, "", Rest, At, Columns, Names, Selected, Outer>
        : Open<Schema, ParseEmbedHead<Head>, `${Inner},${Rest}`, At, Names, Selected, Outer>
      : Item extends `${infer Last})${infer Closers}`
        ? Take<Schema, Plain<Schema, At, Last>, `)${Closers}`, Rest, At, Columns, Names, Selected, Outer>
        : Take<Schema, Plain<Schema, At, Item>, "", Rest, At, Columns, Names, Selected, Outer>
  : Outer extends Top
    ? RowOf<At["row"], Selection<Names, Selected["fields"], Selected["aggregates"]>>
    : SelectQueryError<"a parenthesis is not closed">;

/** An item without parentheses. */
type Plain<Schema extends GenericSchema, At extends Place, Item extends string> = Item extends keyof At["row"]
  ? Selection<Item, unknown, unknown, never>
  : Item extends "*"
    ? Selection<keyof StarRow<Schema, At["name"], At["row"]>, unknown, unknown, never>
    : Item extends ""
      ? SelectQueryError<"a column is missing before or after a comma">
      : SelectField<Schema, At, Item>;

/** An item that ends with `()`: an aggregate, or an embed that shows nothing. */
type Call<
  Schema extends GenericSchema,
  At extends Place,
  Head extends string,
  Cast extends string,
> = Head extends "count" | `${string}:count` | `${string}.${AggregateName}`
  ? SelectField<Schema, At, `${Head}()${Cast}`>
  : ParseEmbedHead<Head> extends infer Parsed extends EmbedHead
    ? ResolveEmbed<Schema, At, Parsed> extends infer Found
      ? Found extends ComputedValue<infer Value>
        ? Selection<never, { [Key in Parsed["key"]]: Value }, unknown, never>
        : Found extends Embedded
          ? Nothing
          : Found
      : never
    : never;

/** Adds an item to the list, and reads on behind it. */
type Take<
  Schema extends GenericSchema,
  Item,
  Closers extends string,
  Rest extends string,
  At extends Place,
  Columns,
  Names,
  Selected extends Selection,
  Outer,
> =
  Item extends Selection<infer Name, infer Fields, infer Aggregates>
    ? Close<
        Schema,
        Closers,
        Rest,
        At,
        Columns,
        Names | Name,
        Selection<
          never,
          Add<Selected["fields"], Fields>,
          Add<Selected["aggregates"], Aggregates>,
          Selected["embeds"]
        >,
        Outer
      >
    : Item;

/** Begins the list of an embed. */
type Open<
  Schema extends GenericSchema,
  Head extends EmbedHead,
  Text extends string,
  At extends Place,
  Names,
  Selected extends Selection,
  Outer,
> =
  ResolveEmbed<Schema, At, Head> extends infer Found
    ? Found extends Embedded<infer Target, infer Many>
      ? RelationOf<Schema, Target> extends { Row: infer Row; Relationships: infer Relationships }
        ? Scan<
            Schema,
            Text,
            Place<Target, Row, Relationships>,
            keyof Row,
            never,
            Nothing,
            Frame<Head, Many, At, Names, Selected, Outer>
          >
        : SelectQueryError<`'${Target & string}' is in no table or view of this schema`>
      : Found extends ComputedValue
        ? SelectQueryError<`'${Head["name"]}' is a value and has no columns`>
        : Found
    : never;

/** Ends lists, one for each parenthesis, and reads on. */
type Close<
  Schema extends GenericSchema,
  Closers extends string,
  Rest extends string,
  At extends Place,
  Columns,
  Names,
  Selected extends Selection,
  Outer,
> = Closers extends ""
  ? Scan<Schema, Rest, At, Columns, Names, Selected, Outer>
  : Closers extends `)${infer Others}`
    ? Outer extends Frame<infer Head, infer Many, infer Up, infer UpNames, infer UpSelected, infer UpOuter>
      ? Head["key"] extends UpSelected["embeds"]
        ? SelectQueryError<`'${Head["key"]}' is embedded twice: give one of them another name, as in name:${Head["name"]}(…)`>
        : Close<
            Schema,
            Others,
            Rest,
            Up,
            keyof Up["row"],
            UpNames,
            Joined<UpSelected, Head, Many, At, Selection<Names, Selected["fields"], Selected["aggregates"]>>,
            UpOuter
          >
      : SelectQueryError<"a parenthesis is closed that was not opened">
    : SelectQueryError<`a comma is missing before '${Closers}'`>;

/** The list with the embed. Aggregates of a spread row are the list's own, so that its columns group them. */
type Joined<
  Selected extends Selection,
  Head extends EmbedHead,
  Many extends Cardinality,
  At extends Place,
  Inner extends Selection,
> = Head["spread"] extends false
  ? Selection<
      never,
      Add<Selected["fields"], { [Key in Head["key"]]: EmbeddedRows<RowOf<At["row"], Inner>, Many> }>,
      Selected["aggregates"],
      Selected["embeds"] | Head["key"]
    >
  : Many extends "many"
    ? Selection<
        never,
        Add<Selected["fields"], SpreadFields<RowOf<At["row"], Inner>, Many>>,
        Selected["aggregates"],
        Selected["embeds"]
      >
    : Selection<
        never,
        Add<
          Selected["fields"],
          SpreadFields<RowOf<At["row"], Selection<Inner["names"], Inner["fields"]>>, Many>
        >,
        Add<Selected["aggregates"], Inner["aggregates"]>,
        Selected["embeds"]
      >;
