/**
 * A JSON value, as generated types spell it.
 *
 * @example
 * ```ts
 * import type { Json } from "@offramp/supabase-shim";
 *
 * const zones: Json = { rest: [60, 90], peak: null };
 * console.log(zones);
 * ```
 */
export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[];
