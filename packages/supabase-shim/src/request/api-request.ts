import type { LogicTree } from "./filter.ts";
import type { MediaType } from "./media-type.ts";
import type { OrderTerm } from "./order-term.ts";
import type { CallPayload, JsonPayload } from "./payload.ts";
import type { Preferences } from "./preferences.ts";
import type { SelectItem } from "./select-item.ts";

/** Something that applies to the relation at `path`: the embeds' names (or aliases) from the root; `[]` is the root. */
export interface Located<T> {
  readonly path: readonly string[];
  readonly value: T;
}

/** Rows `offset` to `offset + limit - 1`; no limit means all. */
export interface Range {
  readonly offset: number;
  readonly limit?: number;
}

export type Action =
  | { readonly kind: "read"; readonly relation: string; readonly headersOnly: boolean }
  | {
      readonly kind: "insert";
      readonly relation: string;
      readonly payload: JsonPayload;
      /** The columns to write; by default the payload's keys. */
      readonly columns?: readonly string[];
      /** The unique columns of an upsert; by default the primary key. Only read with a `resolution` preference. */
      readonly onConflict?: readonly string[];
    }
  | {
      readonly kind: "update";
      readonly relation: string;
      readonly payload: JsonPayload;
      readonly columns?: readonly string[];
      /** Each row of the payload changes the rows that equal it in these columns. Without it there is one row for all. */
      readonly by?: readonly string[];
    }
  /** PUT: insert or replace the one row that the filters name by primary key. */
  | {
      readonly kind: "put";
      readonly relation: string;
      readonly payload: JsonPayload;
      readonly columns?: readonly string[];
    }
  | { readonly kind: "delete"; readonly relation: string }
  | {
      readonly kind: "call";
      readonly routine: string;
      readonly payload: CallPayload;
      /** GET and HEAD run read-only. */
      readonly method: "get" | "head" | "post";
    };

/**
 * What was asked, in names that are not resolved yet. Both doors make this value; nothing after it
 * knows which door was used. It is never changed: a builder step makes a new one.
 */
export interface ApiRequest {
  /** The requested schema; undefined is the first exposed one. */
  readonly schema?: string;
  readonly action: Action;
  /** Undefined and empty mean all columns, as an absent `select` parameter does. */
  readonly select?: readonly SelectItem[];
  /** Joined by AND at each path. */
  readonly filters: readonly Located<LogicTree>[];
  /** At one path the last order wins. */
  readonly order: readonly Located<readonly OrderTerm[]>[];
  /** At one path the last range wins. */
  readonly ranges: readonly Located<Range>[];
  readonly preferences: Preferences;
  readonly media: MediaType;
  /** What is taken where `media` is not there, the most wanted first. */
  readonly alternatives?: readonly MediaType[];
}
