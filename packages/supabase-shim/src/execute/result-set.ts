import type { Row } from "@offramp/db";

/** The one row that a statement answers with. */
export interface ResultSet {
  /** Rows of the page: returned, or affected by a mutation. */
  readonly pageTotal: number;
  /** Rows without the page's limits, when a count was asked for. */
  readonly total?: number | undefined;
  /** The body as PostgreSQL built it; null where none was asked for. */
  readonly body: string | null;
  /** Of an upsert: how many rows were new. */
  readonly inserted?: number | undefined;
  /** `column=eq.value` of an inserted row. */
  readonly location?: readonly string[] | undefined;
  /** What the audit records say of the rows, as a JSON array, when it is asked for. */
  readonly recorded?: string | undefined;
  /** What the database set in `response.status` and `response.headers`. */
  readonly responseStatus?: string | undefined;
  readonly responseHeaders?: string | undefined;
}

export function readResultSet(row: Row): ResultSet {
  const location = row["location"];
  return {
    pageTotal: numberOf(row["page_total"]) ?? 0,
    body: row["body"] ?? null,
    total: numberOf(row["total"]),
    inserted: numberOf(row["inserted"]),
    location: typeof location === "string" ? (JSON.parse(location) as string[]) : undefined,
    recorded: row["audit_recorded"] ?? undefined,
    responseStatus: row["response_status"] ?? undefined,
    responseHeaders: row["response_headers"] ?? undefined,
  };
}

function numberOf(value: string | null | undefined): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}

/** EXPLAIN answers with its own rows: the lines of a text, or one JSON document. */
export function readExplained(rows: readonly Row[]): ResultSet {
  const lines = rows.map((row) => row["QUERY PLAN"] ?? "");
  return { pageTotal: 1, body: lines.join("\n") };
}
