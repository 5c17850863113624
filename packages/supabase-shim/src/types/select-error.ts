/**
 * What a select string that does not fit has instead of a row: the type is the sentence that says why. The call itself
 * does not compile either, with the same sentence.
 *
 * @example
 * ```ts
 * import type { SelectQueryError } from "@offramp/supabase-shim";
 *
 * export type IsMistake<Row> = Row extends SelectQueryError<string> ? true : false;
 * ```
 */
export type SelectQueryError<Message extends string> = { error: true } & Message;

/** What a text whose value is not known at compile time selects. */
export type GenericSelect = SelectQueryError<"the columns are a text that is only known at run time">;
