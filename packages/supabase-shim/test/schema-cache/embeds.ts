import type { SupabaseClient } from "../../src/index.ts";

/** The candidates that PGRST201 names, as `cardinality: relationship`. */
export interface Ambiguity {
  readonly code: string | undefined;
  readonly candidates: readonly string[];
  readonly hint: string | null | undefined;
}

/** Reads one relation with a select text: the rows, sorted by their text, or the error as text. */
export async function embed(supabase: SupabaseClient, relation: string, select: string): Promise<unknown> {
  const { data, error } = await supabase.from(relation).select(select);
  if (error !== null) return `${error.code}: ${error.message}`;
  const rows: readonly unknown[] = data;
  return rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

export async function ambiguity(
  supabase: SupabaseClient,
  relation: string,
  select: string,
): Promise<Ambiguity> {
  const { error } = await supabase.from(relation).select(select);
  const details: unknown = error?.details;
  const candidates = Array.isArray(details)
    ? details.map(
        (one: { cardinality: string; relationship: string }) => `${one.cardinality}: ${one.relationship}`,
      )
    : [];
  return { code: error?.code, candidates, hint: error?.hint };
}
