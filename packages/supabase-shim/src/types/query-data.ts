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
export type QueryResult<Query> = Query extends { then: Settling<infer A, infer B, infer C, infer D, infer E> }
  ? FirstKnown<[A, B, C, D, E]>
  : never;

/**
 * Each `not(column, "is", null)` gives a query one more result, the narrowest first. Inference fills the overloads from
 * the last; those that are too many stay unknown.
 */
interface Settling<A, B, C, D, E> {
  (onfulfilled: (result: A) => unknown): unknown;
  (onfulfilled: (result: B) => unknown): unknown;
  (onfulfilled: (result: C) => unknown): unknown;
  (onfulfilled: (result: D) => unknown): unknown;
  (onfulfilled: (result: E) => unknown): unknown;
}

type FirstKnown<Results> = Results extends [infer First, ...infer Others]
  ? Others extends []
    ? First
    : unknown extends First
      ? FirstKnown<Others>
      : First
  : never;
