import type { CallPlan, ResponseForm } from "../plan/index.ts";
import { SCALAR } from "./call-sql.ts";
import { ident, type Sql, sql } from "./fragment.ts";
import { ROW } from "./trace-sql.ts";

/** The rows that the body is made of. */
export const ROWS: Sql = ident("offramp_rows");

interface BodyOptions {
  readonly traced: boolean;
  /** What the routine returns, for a call. */
  readonly call?: Pick<CallPlan, "returns" | "returnsSet">;
}

/** The body as one text that PostgreSQL builds from all rows. */
export function bodySql(form: ResponseForm, options: BodyOptions): Sql {
  const { call } = options;
  const row = options.traced ? sql`${ROWS}.${ROW}` : ROWS;
  const item = call?.returns === "values" ? sql`${ROWS}.${SCALAR}` : row;
  switch (form.kind) {
    case "none":
      return sql`null::text`;
    case "rows": {
      if (call?.returnsSet === false)
        return sql`coalesce(${stripped(sql`json_agg(${item})->0`, form.stripNulls)}, 'null')::text`;
      return sql`coalesce(${stripped(sql`json_agg(${item})`, form.stripNulls)}, '[]')::text`;
    }
    case "row":
      return sql`coalesce(${stripped(sql`json_agg(${item})->0`, form.stripNulls)}, 'null')::text`;
    case "csv":
      return csvSql(row);
    case "geojson":
      return sql`json_build_object('type', 'FeatureCollection', 'features', coalesce(json_agg(st_asgeojson(${row})::json), '[]'))::text`;
  }
}

function stripped(json: Sql, stripNulls: boolean): Sql {
  return stripNulls ? sql`json_strip_nulls(${json})` : json;
}

/**
 * A header line of the first row's keys, then each row as PostgreSQL's composite text without its
 * parentheses. Without a row there are no keys: an empty header, and no line.
 */
function csvSql(row: Sql): Sql {
  const header = sql`(select coalesce(string_agg(key, ','), '') from json_object_keys(json_agg(${row})->0) as key)`;
  const lines = sql`coalesce(string_agg(substring(${row}::text, 2, length(${row}::text) - 2), E'\n'), '')`;
  return sql`${header} || E'\n' || ${lines}`;
}
