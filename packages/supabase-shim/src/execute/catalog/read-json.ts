import type { Queryable } from "@offramp/db";

/** Runs one of the catalog queries, which answer with one row that holds one JSON text. */
export async function readJson<T>(queryable: Queryable, text: string, json?: readonly string[]): Promise<T> {
  const [row] = await queryable.query(
    json === undefined ? { text } : { text, values: [JSON.stringify(json)] },
  );
  // The queries build the JSON, so its shape is theirs to keep.
  return JSON.parse(row?.["json"] ?? "null") as T;
}
