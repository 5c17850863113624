import type { AggregateName } from "./aggregate.ts";
import type { Anything, IsAny } from "./any.ts";
import type { CastType } from "./cast.ts";
import type { Compact, Unmasked } from "./compact-select.ts";
import type { EmbedHead, ParseEmbedHead } from "./embed-head.ts";
import type { JsonPathName } from "./json-path.ts";
import type { SelectQueryError } from "./select-error.ts";

/**
 * The row of a select string where no schema is known: the names come from the string, casts and aggregates say what
 * their values are, every embed is taken for a list, and all else is `any`.
 */
export type UntypedRow<Query extends string> = string extends Query
  ? Anything
  : Query extends "*" | ""
    ? Anything
    : Scan<`${Compact<Query>},`, unknown, Top>;

interface Frame<Head extends EmbedHead = EmbedHead, Fields = unknown, Outer = unknown> {
  head: Head;
  fields: Fields;
  outer: Outer;
}

interface Top {
  top: true;
}

type Scan<Text extends string, Fields, Outer> = Text extends `${infer Item},${infer Rest}`
  ? Item extends `${infer Head}(${infer Inner}`
    ? Inner extends `)${infer After}`
      ? After extends `${infer Cast})${infer Closers}`
        ? Close<`)${Closers}`, Rest, Fields & Call<Head, Cast>, Outer>
        : Scan<Rest, Fields & Call<Head, After>, Outer>
      : Scan<`${Inner},${Rest}`, unknown, Frame<ParseEmbedHead<Head>, Fields, Outer>>
    : Item extends `${infer Last})${infer Closers}`
      ? Close<`)${Closers}`, Rest, Fields & Plain<Last>, Outer>
      : Scan<Rest, Fields & Plain<Item>, Outer>
  : Outer extends Top
    ? Shown<Fields>
    : SelectQueryError<"a parenthesis is not closed">;

type Close<Closers extends string, Rest extends string, Fields, Outer> = Closers extends ""
  ? Scan<Rest, Fields, Outer>
  : Closers extends `)${infer Others}`
    ? Outer extends Frame<infer Head, infer UpFields, infer UpOuter>
      ? Close<Others, Rest, UpFields & EmbeddedFields<Head, Fields>, UpOuter>
      : SelectQueryError<"a parenthesis is closed that was not opened">
    : SelectQueryError<`a comma is missing before '${Closers}'`>;

type EmbeddedFields<Head extends EmbedHead, Fields> = Head["spread"] extends true
  ? Fields
  : { [Key in Head["key"]]: Shown<Fields>[] };

type Shown<Fields> = IsAny<Fields> extends true ? Anything : { [Name in keyof Fields]: Fields[Name] };

type Plain<Item extends string> = Item extends "*"
  ? Anything
  : Item extends `${infer Key}:${infer Rest}`
    ? Rest extends `:${infer Cast}`
      ? Field<NameOf<Key>, CastType<unknown, Cast>>
      : Rest extends `${string}::${infer Cast}`
        ? Field<Unmasked<Key>, CastType<unknown, Cast>>
        : Field<Unmasked<Key>, Rest extends `${string}->>${string}` ? string | null : Anything>
    : Field<
        NameOf<Item>,
        Item extends "count" ? number : Item extends `${string}->>${string}` ? string | null : Anything
      >;

type NameOf<Column extends string> = Column extends `${infer Name}->${infer Path}`
  ? Unmasked<JsonPathName<Name, Path>>
  : Unmasked<Column>;

/** An aggregate, by its function's name or its alias. An embed with nothing inside adds nothing. */
type Call<Head extends string, Cast extends string> = Head extends
  | "count"
  | `${string}:count`
  | `${string}.${AggregateName}`
  ? Field<
      Head extends `${infer Key}:${infer Rest}`
        ? Rest extends `:${string}`
          ? FunctionOf<Head>
          : Unmasked<Key>
        : FunctionOf<Head>,
      Cast extends `::${infer Name}` ? CastType<unknown, Name> : number
    >
  : unknown;

type FunctionOf<Head extends string> = Head extends `${string}.${infer Name}` ? Name : Head;

type Field<Name extends string, Type> = { [Key in Name]: Type };
