import type { ClientResult } from "./engine.ts";

/**
 * The one row of a list, or null for none. More than one is an error, but one that is found after
 * the fact: a mutation stays done, as it does with supabase-js.
 */
export function judgeMaybeSingle(result: ClientResult<unknown>): ClientResult<unknown> {
  if (!result.success || !Array.isArray(result.data)) return result;
  const rows: readonly unknown[] = result.data;
  if (rows.length <= 1) return { ...result, data: rows[0] ?? null };
  return {
    success: false,
    error: {
      message: "JSON object requested, multiple (or no) rows returned",
      details: `Results contain ${rows.length} rows, application/vnd.pgrst.object+json requires 1 row`,
      hint: null,
      code: "PGRST116",
    },
    data: null,
    count: null,
    status: 406,
    statusText: "Not Acceptable",
  };
}
