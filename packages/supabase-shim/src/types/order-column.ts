import type { ColumnAt, Wrong } from "./column.ts";
import type { EmbedScope } from "./embed-scope.ts";
import type { Scope } from "./scope.ts";

/**
 * The column of `order`: of the relation, of the embed that `referencedTable` names, or `embed(column)`, the column of
 * a row that is embedded.
 */
export type OrderColumn<In extends Scope, Name extends string, Embed> =
  Ordered<In, Name, Embed> extends Wrong<infer Instead extends string> ? Instead : Name;

type Ordered<In extends Scope, Name extends string, Embed> = [Embed] extends [never]
  ? OwnColumn<In, Name>
  : string extends Embed
    ? unknown
    : Embed extends `${infer First}.${infer Rest}`
      ? InEmbed<EmbedScope<In, First>, Name, Rest>
      : InEmbed<EmbedScope<In, Embed & string>, Name, never>;

/** Where the embed cannot be known, neither can its columns. */
type InEmbed<Inner, Name extends string, Rest> = Inner extends Scope ? Ordered<Inner, Name, Rest> : unknown;

type OwnColumn<In extends Scope, Name extends string> = Name extends `${infer Relation}(${infer Column})`
  ? ColumnAt<In, `${Relation}.${Column}`> extends Wrong<infer Path>
    ? Wrong<Path extends `${Relation}.${infer Other}` ? `${Relation}(${Other})` : Path>
    : Name
  : ColumnAt<In, Name>;
