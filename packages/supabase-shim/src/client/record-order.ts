import type { OrderTerm } from "../request/index.ts";
import { parseOrder } from "../syntax/index.ts";
import { changeDraft, failDraft, type Draft } from "./draft.ts";
import { givenOptions } from "./given-options.ts";
import { readOnce } from "./read-once.ts";
import { embedPlace, samePath, type EmbedOption } from "./embed-place.ts";

/** Direction, place of nulls, and which relation to order. */
export interface OrderOptions<Embed extends string = string> extends EmbedOption<Embed> {
  /** Smallest first, which is the default. */
  ascending?: boolean | undefined;
  /** By default PostgreSQL's: nulls are larger than everything. */
  nullsFirst?: boolean | undefined;
}

/** Records one more column to order by, after those that were recorded before. */
export function recordOrder(draft: Draft, column: unknown, given?: OrderOptions): Draft {
  if (typeof column !== "string") {
    return failDraft(draft, {
      kind: "invalidValue",
      message: `order() takes a column name first, but was given a ${typeof column}.`,
      hint: 'Give the column as a text, such as "created_at", "data->>key" or "embed(column)".',
    });
  }
  const { options } = givenOptions("order", given);
  const terms = readTerms(`${column}${suffix(options)}`);
  if (!terms.ok) return failDraft(draft, terms.error);
  const path = embedPlace("order", given);
  return path.ok ? withTerms(draft, path.value, terms.value) : failDraft(draft, path.error);
}

const readTerms = readOnce(parseOrder);

function suffix({ ascending = true, nullsFirst }: OrderOptions): string {
  const direction = ascending ? ".asc" : ".desc";
  if (nullsFirst === undefined) return direction;
  return `${direction}${nullsFirst ? ".nullsfirst" : ".nullslast"}`;
}

function withTerms(draft: Draft, path: readonly string[], terms: readonly OrderTerm[]): Draft {
  const { order } = draft.request;
  const before = order.find((located) => samePath(located.path, path));
  if (before === undefined) {
    return changeDraft(draft, { order: [...order, { path, value: terms }] });
  }
  const value = [...before.value, ...terms];
  return changeDraft(draft, {
    order: order.map((located) => (located === before ? { path, value } : located)),
  });
}
