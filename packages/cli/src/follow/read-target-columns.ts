import type { Database } from "@offramp/db";

import type { TargetColumn } from "./apply/followed-table.ts";

/** The columns of the target's tables that take values, by `schema.table`. */
export async function readTargetColumns(
  target: Database,
): Promise<ReadonlyMap<string, readonly Omit<TargetColumn, "key">[]>> {
  const rows = await target.transaction(
    async (transaction) => {
      // With an empty path PostgreSQL writes types with their schema.
      await transaction.query({ text: "set local search_path = ''" });
      return transaction.query({
        text: `select n.nspname || '.' || c.relname as place, a.attname as name,
            format_type(a.atttypid, a.atttypmod) as type, a.attidentity = 'a' as always
          from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
          where c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
            and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
          order by c.oid, a.attnum`,
      });
    },
    { readOnly: true },
  );
  const columns = new Map<string, Omit<TargetColumn, "key">[]>();
  for (const row of rows) {
    const place = row["place"] ?? "";
    const column = {
      name: row["name"] ?? "",
      type: row["type"] ?? "",
      identityAlways: row["always"] === "t",
    };
    columns.set(place, [...(columns.get(place) ?? []), column]);
  }
  return columns;
}
