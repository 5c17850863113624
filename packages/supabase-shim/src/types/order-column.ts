import type { ColumnArgument } from "./column.ts";
import type { EmbedScope } from "./embed-scope.ts";
import type { Scope } from "./scope.ts";

/**
 * The column of `order`: of the relation, of the embed that `referencedTable` names, or `embed(column)`, the column of
 * a row that is embedded.
 */
export type OrderColumn<In extends Scope, Name extends string, Embed> = Name extends keyof In["row"]
  ? [Embed] extends [never]
    ? Name
    : InEmbed<In, Name, Embed>
  : [Embed] extends [never]
    ? Name extends `${infer Relation}(${infer Column})`
      ? ColumnArgument<In, `${Relation}.${Column}`> extends `${Relation}.${Column}`
        ? Name
        : OfRelation<ColumnArgument<In, `${Relation}.${Column}`>>
      : ColumnArgument<In, Name>
    : InEmbed<In, Name, Embed>;

type OfRelation<Path> = Path extends `${infer Relation}.${infer Column}` ? `${Relation}(${Column})` : Path;

type InEmbed<In extends Scope, Name extends string, Embed> = Embed extends string
  ? string extends Embed
    ? string
    : Embed extends `${infer First}.${infer Rest}`
      ? EmbedScope<In, First> extends infer Inner
        ? Inner extends Scope
          ? InEmbed<Inner, Name, Rest>
          : Name
        : never
      : EmbedScope<In, Embed> extends infer Inner
        ? Inner extends Scope
          ? ColumnArgument<Inner, Name>
          : Name
        : never
  : Name;
