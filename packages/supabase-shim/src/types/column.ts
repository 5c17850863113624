import type { Compact } from "./compact-select.ts";
import type { GenericSchema, RelationNames, RelationOf } from "./database.ts";
import type { EmbedHead, ParseEmbedHead } from "./embed-head.ts";
import type { Embedded } from "./embedded.ts";
import type { JsonPathType } from "./json-path.ts";
import type { ResolveEmbed } from "./resolve-embed.ts";

/*
 * The columns that filters and orders name: plain ones, paths into JSON, and those of embeds. A column that is not there
 * does not compile, and the compiler names those that are. A text that is only known at run time is taken as it is.
 */

/** What a builder knows of the columns that may be named. */
export interface Scope<
  Schema = unknown,
  Row = unknown,
  Name = unknown,
  Relationships = unknown,
  Query = unknown,
> {
  schema: Schema;
  row: Row;
  name: Name;
  relationships: Relationships;
  /** The select string, in which embeds have their aliases. */
  query: Query;
}

/** The name of a column, as an argument: itself if it is one, else those that there are. */
export type ColumnArgument<In extends Scope, Name extends string> = Name extends keyof In["row"]
  ? Name
  : string extends Name
    ? string
    : PathType<In, Name> extends Wrong<infer Instead>
      ? Instead
      : Name;

/** The type of a column that an argument names. */
export type ColumnType<In extends Scope, Name extends string> = Name extends keyof In["row"]
  ? In["row"][Name]
  : string extends Name
    ? unknown
    : PathType<In, Name> extends Right<infer Type>
      ? Type
      : unknown;

interface Right<Type> {
  type: Type;
}

/** No such column; these there are. */
interface Wrong<Instead> {
  instead: Instead;
}

type PathType<In extends Scope, Name extends string> = Name extends `${infer Column}->${infer Path}`
  ? Column extends keyof In["row"]
    ? Right<JsonPathType<In["row"][Column], Path>>
    : Column extends `${infer Embed}.${string}`
      ? Name extends `${Embed}.${infer Rest}`
        ? Inside<In, Embed, Rest>
        : never
      : Wrong<`${keyof In["row"] & string}->${Path}`>
  : Name extends `"${infer Quoted}"`
    ? Quoted extends keyof In["row"]
      ? Right<In["row"][Quoted]>
      : Wrong<keyof In["row"] & string>
    : Name extends `${infer Embed}.${infer Rest}`
      ? Inside<In, Embed, Rest>
      : {} extends Record<Name, 1>
        ? Right<unknown>
        : Wrong<keyof In["row"] & string>;

type Inside<In extends Scope, Embed extends string, Rest extends string> =
  EmbedScope<In, Embed> extends infer Inner
    ? Inner extends Scope
      ? Rest extends keyof Inner["row"]
        ? Right<Inner["row"][Rest]>
        : PathType<Inner, Rest> extends infer Answer
          ? Answer extends Wrong<infer Instead extends string>
            ? Wrong<`${Embed}.${Instead}`>
            : Answer
          : never
      : Right<unknown>
    : never;

/** The scope of an embed, by its alias in the select string, or its own name; `unknown` where it cannot be known. */
export type EmbedScope<In extends Scope, Embed extends string> =
  HeadOf<In["query"], Embed> extends infer Head
    ? Head extends EmbedHead
      ? In["schema"] extends infer Schema extends GenericSchema
        ? ResolveEmbed<Schema, In, Head> extends Embedded<infer Target>
          ? ScopeOf<Schema, Target, In["query"]>
          : Embed extends RelationNames<Schema>
            ? ScopeOf<Schema, Embed, In["query"]>
            : unknown
        : unknown
      : never
    : never;

type ScopeOf<Schema extends GenericSchema, Name, Query> =
  RelationOf<Schema, Name> extends { Row: infer Row; Relationships: infer Relationships }
    ? Scope<Schema, Row, Name, Relationships, Query>
    : unknown;

/** The embed as the select string has it, hint and all, else by its name alone. */
type HeadOf<Query, Embed extends string> = Query extends `${string}${Embed}${infer Behind}`
  ? Compact<Behind> extends `:${infer Head}(${string}`
    ? ParseEmbedHead<Head>
    : Compact<Behind> extends `!${infer Marks}(${string}`
      ? ParseEmbedHead<`${Embed}!${Marks}`>
      : EmbedHead<Embed, Embed, never, false, false>
  : EmbedHead<Embed, Embed, never, false, false>;

/** The names of a relation's columns. */
export type ColumnName<Relation> = Relation extends { Row: infer Row } ? string & keyof Row : string;
