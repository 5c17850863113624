import type { ColumnArgument } from "./column.ts";
import type { EmbedScope } from "./embed-scope.ts";
import type { Scope } from "./scope.ts";

/**
 * The column of `order`: of the relation, of the embed that `referencedTable` names, or `embed(column)`, the column of
 * a row that is embedded.
 */
export type OrderColumn<In extends Scope, Name extends string, Embed> = [Embed] extends [never]
  ? OwnColumn<In, Name>
  : string extends Embed
    ? string
    : Embed extends `${infer First}.${infer Rest}`
      ? InEmbed<EmbedScope<In, First>, Name, Rest>
      : InEmbed<EmbedScope<In, Embed & string>, Name, never>;

/** Where the embed cannot be known, neither can its columns. */
type InEmbed<Inner, Name extends string, Rest> = Inner extends Scope ? OrderColumn<Inner, Name, Rest> : Name;

type OwnColumn<In extends Scope, Name extends string> = Name extends keyof In["row"]
  ? Name
  : Name extends `${infer Relation}(${infer Column})`
    ? ColumnArgument<In, `${Relation}.${Column}`> extends infer Path
      ? Path extends `${Relation}.${Column}`
        ? Name
        : Path extends `${Relation}.${infer Other}`
          ? `${Relation}(${Other})`
          : Path
      : never
    : ColumnArgument<In, Name>;
