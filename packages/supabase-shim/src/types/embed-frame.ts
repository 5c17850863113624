import type { EmbedHead } from "./embed-head.ts";
import type { Cardinality } from "./embedded.ts";
import type { Place } from "./place.ts";
import type { SelectQueryError } from "./select-error.ts";
import type { Add, EmbeddedRows, RowOf, Selection, SpreadFields } from "./selection.ts";

/** A list that waits for the embed inside it to end. */
export interface Frame<
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

/** The list with an embed whose own list has ended. */
export type Joined<
  Selected extends Selection,
  Head extends EmbedHead,
  Many extends Cardinality,
  At extends Place,
  Inner extends Selection,
> = Head["key"] extends Selected["embeds"]
  ? SelectQueryError<`'${Head["key"]}' is embedded twice: give one of them another name, as in name:${Head["name"]}(…)`>
  : Head["spread"] extends false
    ? Selection<
        never,
        Add<Selected["fields"], { [Key in Head["key"]]: EmbeddedRows<RowOf<At["row"], Inner>, Many> }>,
        Selected["aggregates"],
        Selected["embeds"] | Head["key"]
      >
    : unknown extends Inner["aggregates"]
      ? Spread<Selected, At, Inner, Many>
      : Many extends "many"
        ? SelectQueryError<`the aggregates in '...${Head["name"]}' are not possible: it has many rows, whose fields become lists`>
        : Spread<Selected, At, Inner, Many>;

/** Aggregates of a spread row are the list's own, so that its columns group them. */
type Spread<
  Selected extends Selection,
  At extends Place,
  Inner extends Selection,
  Many extends Cardinality,
> = Selection<
  never,
  Add<Selected["fields"], SpreadFields<RowOf<At["row"], Selection<Inner["names"], Inner["fields"]>>, Many>>,
  Add<Selected["aggregates"], Inner["aggregates"]>,
  Selected["embeds"]
>;
