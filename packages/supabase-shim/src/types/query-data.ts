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
export type QueryData<Query> = Query extends PromiseLike<{ data: infer Data }> ? Exclude<Data, null> : never;

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
export type QueryResult<Query> = Query extends PromiseLike<infer Result> ? Result : never;
