import type { PostgrestError } from "./postgrest-error.ts";

/**
 * What a call that worked resolves to.
 *
 * @example
 * ```ts
 * import type { PostgrestResponseSuccess } from "@offramp/supabase-shim";
 *
 * export function rowsOf<Row>(response: PostgrestResponseSuccess<Row[]>): Row[] {
 *   return response.data;
 * }
 * ```
 */
export interface PostgrestResponseSuccess<T> {
  success: true;
  error: null;
  data: T;
  /** The count that was asked for, else null. */
  count: number | null;
  /** The HTTP status that PostgREST would have answered with. */
  status: number;
  statusText: string;
}

/**
 * What a call that failed resolves to.
 *
 * @example
 * ```ts
 * import type { PostgrestResponseFailure } from "@offramp/supabase-shim";
 *
 * export function describe(response: PostgrestResponseFailure): string {
 *   return `${response.status} ${response.error.code}: ${response.error.message}`;
 * }
 * ```
 */
export interface PostgrestResponseFailure {
  success: false;
  /**
   * A plain object with the fields of a `PostgrestError`. It is typed as one, as in supabase-js,
   * but it is not an instance, and `details` and `hint` can be null.
   */
  error: PostgrestError;
  data: null;
  count: null;
  status: number;
  statusText: string;
}

/**
 * What a call resolves to: `data` or `error`, told apart by `success`, or by either being null.
 *
 * @example
 * ```ts
 * import { createClient, type PostgrestSingleResponse } from "@offramp/supabase-shim";
 *
 * const supabase = createClient("postgres://localhost/clinic", "service-key");
 * const response: PostgrestSingleResponse<{ email: string }> = await supabase
 *   .from("profiles")
 *   .select("email")
 *   .limit(1)
 *   .single();
 * if (response.success) console.log(response.data.email);
 * ```
 */
export type PostgrestSingleResponse<T> = PostgrestResponseSuccess<T> | PostgrestResponseFailure;

/**
 * What a call with `maybeSingle()` resolves to: no row is no error.
 *
 * @example
 * ```ts
 * import { createClient, type PostgrestMaybeSingleResponse } from "@offramp/supabase-shim";
 *
 * const supabase = createClient("postgres://localhost/clinic", "service-key");
 * const response: PostgrestMaybeSingleResponse<{ email: string }> = await supabase
 *   .from("profiles")
 *   .select("email")
 *   .eq("email", "ada@example.com")
 *   .maybeSingle();
 * console.log(response.data?.email ?? "nobody");
 * ```
 */
export type PostgrestMaybeSingleResponse<T> = PostgrestSingleResponse<T | null>;

/**
 * What a call for a list of rows resolves to.
 *
 * @example
 * ```ts
 * import { createClient, type PostgrestResponse } from "@offramp/supabase-shim";
 *
 * const supabase = createClient("postgres://localhost/clinic", "service-key");
 * const response: PostgrestResponse<{ email: string }> = await supabase
 *   .from("profiles")
 *   .select("email");
 * for (const row of response.data ?? []) console.log(row.email);
 * ```
 */
export type PostgrestResponse<T> = PostgrestSingleResponse<T[]>;
