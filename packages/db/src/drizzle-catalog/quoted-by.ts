import type { Queryable } from "../port.ts";

/** Names as PostgreSQL writes them: in quotes only where it needs them, which it knows best. */
export async function quotedBy(db: Queryable, names: readonly string[]): Promise<(name: string) => string> {
  const rows = await db.query({
    text: "select n as name, quote_ident(n) as quoted from json_array_elements_text($1::json) as n",
    values: [JSON.stringify([...new Set(names)])],
  });
  const quoted = new Map(rows.map((row) => [row["name"], row["quoted"]]));
  return (name) => quoted.get(name) ?? name;
}
