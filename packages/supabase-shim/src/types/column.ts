import type { EmbedScope, IsEmbedded } from "./embed-scope.ts";
import type { JsonPathType } from "./json-path.ts";
import type { Keys } from "./keys.ts";
import type { Scope } from "./scope.ts";

/*
 * The columns that filters and orders name: plain ones, paths into JSON, and those of embeds. A column that is not there
 * does not compile, and the compiler names those that are. A text that is only known at run time is taken as it is.
 */

/**
 * The name of a column, as an argument: itself if it is one, else those that there are. Everything is decided before
 * the question mark: the compiler infers a name from an argument by looking into every branch behind it.
 */
export type ColumnArgument<In extends Scope, Name extends string> =
  ColumnAt<In, Name> extends Wrong<infer Instead extends string> ? Instead : Name;

/** What can be tested for null: a column, or an embed of the select string, which is null where it has no rows. */
export type NullableColumn<In extends Scope, Name extends string> =
  ColumnOrEmbed<In, Name> extends Wrong<infer Instead extends string> ? Instead : Name;

/** The type of a column that an argument names. */
export type ColumnType<In extends Scope, Name extends string> =
  ColumnAt<In, Name> extends Right<infer Type> ? Type : unknown;

/** A column that is there. */
export interface Right<Type> {
  type: Type;
}

/** No such column; these there are. */
export interface Wrong<Instead> {
  instead: Instead;
}

/** What a name leads to. A text that is only known at run time may be any column. */
export type ColumnAt<In extends Scope, Name extends string> =
  Name extends Keys<In["row"]>
    ? Right<In["row"][Name]>
    : string extends Name
      ? Right<unknown>
      : PathAt<In, Name>;

type ColumnOrEmbed<In extends Scope, Name extends string> =
  Name extends Keys<In["row"]>
    ? unknown
    : IsEmbedded<In["query"], Name> extends true
      ? unknown
      : ColumnAt<In, Name>;

type PathAt<In extends Scope, Name extends string> = Name extends `${infer Column}->${infer Path}`
  ? Column extends Keys<In["row"]>
    ? Right<JsonPathType<In["row"][Column], Path>>
    : Column extends `${infer Embed}.${string}`
      ? Name extends `${Embed}.${infer Rest}`
        ? Inside<In, Embed, Rest>
        : never
      : Wrong<`${Keys<In["row"]> & string}->${Path}`>
  : Name extends `"${infer Quoted}"`
    ? Quoted extends Keys<In["row"]>
      ? Right<In["row"][Quoted]>
      : Wrong<Keys<In["row"]> & string>
    : Name extends `${infer Embed}.${infer Rest}`
      ? Inside<In, Embed, Rest>
      : {} extends Record<Name, 1>
        ? Right<unknown>
        : Wrong<Keys<In["row"]> & string>;

type Inside<In extends Scope, Embed extends string, Rest extends string> =
  IsEmbedded<In["query"], Embed> extends false
    ? Wrong<`'${Embed}' is not embedded: add it to select(), as in ${Embed}(…)`>
    : EmbedScope<In, Embed> extends infer Inner
      ? Inner extends Scope
        ? ColumnAt<Inner, Rest> extends infer Answer
          ? Answer extends Wrong<infer Instead extends string>
            ? Wrong<`${Embed}.${Instead}`>
            : Answer
          : never
        : Right<unknown>
      : never;

/** The names of a relation's columns. */
export type ColumnName<Relation> = Relation extends { Row: infer Row } ? string & Keys<Row> : string;
