import type { Unmasked } from "./compact-select.ts";
import type { GenericSchema } from "./database.ts";
import type { EmbedHead, ParseEmbedHead } from "./embed-head.ts";
import type { ComputedValue, Embedded } from "./embedded.ts";
import type { Keys } from "./keys.ts";
import type { Place } from "./place.ts";
import type { ResolveEmbed } from "./resolve-embed.ts";
import type { SelectQueryError } from "./select-error.ts";
import type { SelectField } from "./select-field.ts";
import type { Nothing, Selection } from "./selection.ts";
import type { StarRow } from "./star-row.ts";

/** An item without parentheses: a column, all of them, one by another name, or more than that. */
export type PlainItem<Schema extends GenericSchema, At extends Place, Item extends string> =
  Item extends Keys<At["row"]>
    ? Selection<Item, unknown, unknown, never>
    : Item extends "*"
      ? Selection<keyof StarRow<Schema, At["name"], At["row"]>, unknown, unknown, never>
      : Item extends ""
        ? SelectQueryError<"a column is missing before or after a comma">
        : Item extends `${infer Key}:${infer Name}`
          ? Name extends Keys<At["row"]>
            ? Selection<never, { [Column in Unmasked<Key>]: At["row"][Name] }, unknown, never>
            : SelectField<Schema, At, Item>
          : SelectField<Schema, At, Item>;

/** An item that ends with `()`: an aggregate, or an embed that shows nothing. */
export type CallItem<
  Schema extends GenericSchema,
  At extends Place,
  Head extends string,
  Cast extends string,
> = Head extends `...${string}`
  ? EmptyEmbed<Schema, At, ParseEmbedHead<Head>>
  : Head extends "count" | `${string}:count` | `${string}.${string}`
    ? SelectField<Schema, At, `${Head}()${Cast}`>
    : EmptyEmbed<Schema, At, ParseEmbedHead<Head>>;

type EmptyEmbed<Schema extends GenericSchema, At extends Place, Head extends EmbedHead> =
  ResolveEmbed<Schema, At, Head> extends infer Found
    ? Found extends ComputedValue<infer Value>
      ? Selection<never, { [Key in Head["key"]]: Value }, unknown, never>
      : Found extends Embedded
        ? Nothing
        : Found
    : never;
