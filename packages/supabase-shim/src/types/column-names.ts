import type { EmbedScope } from "./embed-scope.ts";
import type { Keys } from "./keys.ts";
import type { Scope } from "./scope.ts";

/** The names of the columns of a relation, or of the embed that `referencedTable` names. */
export type ColumnNames<In extends Scope, Embed> = [Embed] extends [never]
  ? string & Keys<In["row"]>
  : string extends Embed
    ? string
    : Embed extends `${infer First}.${infer Rest}`
      ? NamesInside<EmbedScope<In, First>, Rest>
      : NamesInside<EmbedScope<In, Embed & string>, never>;

/** Where the embed cannot be known, neither can its columns. */
type NamesInside<Inner, Rest> = Inner extends Scope ? ColumnNames<Inner, Rest> : string;
