import type { IsAny } from "./any.ts";
import type { Compact } from "./compact-select.ts";
import type { GenericSchema, RelationOf } from "./database.ts";
import type { Frame, Joined } from "./embed-frame.ts";
import type { EmbedHead, ParseEmbedHead } from "./embed-head.ts";
import type { ComputedValue, Embedded } from "./embedded.ts";
import type { Keys } from "./keys.ts";
import type { Place } from "./place.ts";
import type { ResolveEmbed } from "./resolve-embed.ts";
import type { GenericSelect, SelectQueryError } from "./select-error.ts";
import type { CallItem, PlainItem } from "./select-item.ts";
import type { Add, Nothing, RowOf, Selection } from "./selection.ts";
import type { StarRow } from "./star-row.ts";
import type { UntypedRow } from "./untyped-row.ts";

/*
 * The select string is read once, from left to right, by a loop that the compiler runs without nesting: a stack holds
 * the lists that an embed stands in. So neither long lists nor deep embeds reach its limits, and a plain column costs
 * two steps. The text that is left always ends with a comma. What the loop carries are parameters of their own, because
 * a bundle of them would be taken apart and made anew at every column.
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
            Keys<Row>,
            never,
            Nothing,
            Top
          >
  : never;

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
              CallItem<Schema, At, Head, Cast>,
              `)${Closers}`,
              Rest,
              At,
              Columns,
              Names,
              Selected,
              Outer
            >
          : Take<Schema, CallItem<Schema, At, Head, After>, "", Rest, At, Columns, Names, Selected, Outer>
        : Open<Schema, ParseEmbedHead<Head>, `${Inner},${Rest}`, At, Names, Selected, Outer>
      : Item extends `${infer Last})${infer Closers}`
        ? Take<Schema, PlainItem<Schema, At, Last>, `)${Closers}`, Rest, At, Columns, Names, Selected, Outer>
        : Take<Schema, PlainItem<Schema, At, Item>, "", Rest, At, Columns, Names, Selected, Outer>
  : Outer extends Top
    ? RowOf<At["row"], Selection<Names, Selected["fields"], Selected["aggregates"]>>
    : SelectQueryError<"a parenthesis is not closed">;

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
            Keys<Row>,
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
      ? Resume<
          Schema,
          Joined<UpSelected, Head, Many, At, Selection<Names, Selected["fields"], Selected["aggregates"]>>,
          Others,
          Rest,
          Up,
          UpNames,
          UpOuter
        >
      : SelectQueryError<"a parenthesis is closed that was not opened">
    : SelectQueryError<`a comma is missing before '${Closers}'`>;

/** Reads on in the list that waited. */
type Resume<
  Schema extends GenericSchema,
  Selected,
  Closers extends string,
  Rest extends string,
  At extends Place,
  Names,
  Outer,
> = Selected extends Selection
  ? Close<Schema, Closers, Rest, At, Keys<At["row"]>, Names, Selected, Outer>
  : Selected;
