import type { CallPlan, ResponseForm } from "../plan/index.ts";
import { SCALAR } from "./call-sql.ts";
import { ident, qualified, type Sql, sql } from "./fragment.ts";
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
  // PostgreSQL runs a function that cannot write only where its value is asked for.
  if (call?.returns === "nothing") return sql`max(${ROWS}.${SCALAR}::text)`;
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
    case "aggregate":
      return asText(sql`${qualified(form.aggregate)}(${aggregatedSql(form, item, options)})`, form.bytes);
    case "value":
      // The call returns one row, so one value; an array of it asks nothing of its type.
      return asText(sql`(array_agg(${item}))[1]`, form.bytes);
    case "csv":
      return csvSql(row);
    case "geojson":
      return sql`json_build_object('type', 'FeatureCollection', 'features', coalesce(json_agg(st_asgeojson(${row})::json), '[]'))::text`;
  }
}

type Aggregated = Extract<ResponseForm, { kind: "aggregate" }>;

/** Rows of a relation are cast to its type, because a subquery's row has none. */
function aggregatedSql({ rowType }: Aggregated, item: Sql, { traced, call }: BodyOptions): Sql {
  if (rowType === undefined || call?.returns === "values") return item;
  // A traced row is a column, which only JSON leads from to the type.
  return traced
    ? sql`jsonb_populate_record(null::${qualified(rowType)}, to_jsonb(${item}))`
    : sql`${item}::${qualified(rowType)}`;
}

/** Bytes come as base64, which the response takes back. */
function asText(value: Sql, bytes: boolean): Sql {
  return bytes ? sql`coalesce(encode(${value}, 'base64'), '')` : sql`coalesce(${value}::text, '')`;
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
