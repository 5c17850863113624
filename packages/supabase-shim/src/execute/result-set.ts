import type { Row } from "@offramp/db";

/** The one row that a statement answers with. */
export interface ResultSet {
  /** Rows of the page: returned, or affected by a mutation. */
  readonly pageTotal: number;
  /** Rows without the page's limits, when a count was asked for. */
  readonly total?: number;
  /** The body as PostgreSQL built it; null where none was asked for. */
  readonly body: string | null;
  /** Of an upsert: how many rows were new. */
  readonly inserted?: number;
  /** `column=eq.value` of an inserted row. */
  readonly location?: readonly string[];
  /** What the audit records say of the rows, as a JSON array, when it is asked for. */
  readonly recorded?: string;
  /** What the database set in `response.status` and `response.headers`. */
  readonly responseStatus?: string;
  readonly responseHeaders?: string;
}

export function readResultSet(row: Row): ResultSet {
  const number = (name: string): number | undefined => {
    const value = row[name];
    return value === null || value === undefined ? undefined : Number(value);
  };
  const total = number("total");
  const inserted = number("inserted");
  const location = row["location"];
  const status = row["response_status"];
  const headers = row["response_headers"];
  const recorded = row["audit_recorded"];
  return {
    pageTotal: number("page_total") ?? 0,
    body: row["body"] ?? null,
    ...(total === undefined ? {} : { total }),
    ...(inserted === undefined ? {} : { inserted }),
    ...(location === null || location === undefined ? {} : { location: JSON.parse(location) as string[] }),
    ...(recorded === null || recorded === undefined ? {} : { recorded }),
    ...(status === null || status === undefined ? {} : { responseStatus: status }),
    ...(headers === null || headers === undefined ? {} : { responseHeaders: headers }),
  };
}

/** EXPLAIN answers with its own rows: the lines of a text, or one JSON document. */
export function readExplained(rows: readonly Row[]): ResultSet {
  const lines = rows.map((row) => row["QUERY PLAN"] ?? "");
  return { pageTotal: 1, body: lines.join("\n") };
}
