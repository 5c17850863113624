import type { Compact } from "./compact-select.ts";
import type { GenericSchema, RelationName, RelationOf } from "./database.ts";
import type { EmbedHead, ParseEmbedHead } from "./embed-head.ts";
import type { Embedded } from "./embedded.ts";
import type { ResolveEmbed } from "./resolve-embed.ts";
import type { Scope } from "./scope.ts";

/** Whether a select string embeds something by this alias or name; `unknown` where there is no such string yet. */
export type IsEmbedded<Query, Embed extends string> = Query extends string
  ? {} extends Record<Query, 1>
    ? unknown
    : `,${Compact<Query>}` extends `${string}${"," | "(" | "." | ":"}${Embed}${"(" | "!" | ":"}${string}`
      ? true
      : false
  : unknown;

/** The scope of an embed, by its alias in the select string, or its own name; `unknown` where it cannot be known. */
export type EmbedScope<In extends Scope, Embed extends string> =
  HeadOf<In["query"], Embed> extends infer Head extends EmbedHead
    ? In["schema"] extends infer Schema extends GenericSchema
      ? ResolveEmbed<Schema, In, Head> extends Embedded<infer Target>
        ? ScopeOf<Schema, Target, In["query"]>
        : Embed extends RelationName<Schema>
          ? ScopeOf<Schema, Embed, In["query"]>
          : unknown
      : unknown
    : never;

type ScopeOf<Schema extends GenericSchema, Name, Query> =
  RelationOf<Schema, Name> extends { Row: infer Row; Relationships: infer Relationships }
    ? Scope<Schema, Row, Name, Relationships, Query>
    : unknown;

/** The embed as the select string has it, with what its alias stands for and its hint, else its name alone. */
type HeadOf<Query, Embed extends string> = Query extends string
  ? `,${Compact<Query>}` extends `${string}${"," | "("}${Embed}:${infer Head}(${string}`
    ? ParseEmbedHead<Head>
    : `,${Compact<Query>}` extends `${string}${"," | "(" | "." | ":"}${Embed}!${infer Marks}(${string}`
      ? ParseEmbedHead<`${Embed}!${Marks}`>
      : ParseEmbedHead<Embed>
  : ParseEmbedHead<Embed>;
