/**
 * The rows that a query gives.
 *
 * @example
 * ```ts
 * import { createClient, type QueryData } from "@offramp/supabase-shim";
 *
 * const supabase = createClient("postgres://localhost/clinic", "service-key");
 * const query = supabase.from("profiles").select("id, reports(id)");
 * export type Profiles = QueryData<typeof query>;
 * ```
 */
export type QueryData<Query> = QueryResult<Query> extends { data: infer Data } ? Exclude<Data, null> : never;

/**
 * What a query resolves to: `data` or `error`.
 *
 * @example
 * ```ts
 * import { createClient, type QueryResult } from "@offramp/supabase-shim";
 *
 * const supabase = createClient("postgres://localhost/clinic", "service-key");
 * const query = supabase.from("profiles").select("id");
 * const result: QueryResult<typeof query> = await query;
 * console.log(result.status);
 * ```
 */
export type QueryResult<Query> =
  Query extends Settling<infer Narrowed, infer Result>
    ? unknown extends Narrowed
      ? Result
      : Narrowed
    : never;

/** `not(column, "is", null)` gives a query with two results, of which the first is the narrower. */
interface Settling<Narrowed, Result> {
  then: {
    (onfulfilled: (result: Narrowed) => unknown): unknown;
    (onfulfilled: (result: Result) => unknown): unknown;
  };
}
