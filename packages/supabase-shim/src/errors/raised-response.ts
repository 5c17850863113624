import type { PostgresErrorFields } from "./execute-error.ts";
import type { RenderedError } from "./rendered-error.ts";

/** What `RAISE SQLSTATE 'PGRST'` has in its MESSAGE. */
interface RaisedBody {
  readonly code: string;
  readonly message: string;
  readonly details?: string | null;
  readonly hint?: string | null;
}

/** What it has in its DETAIL. */
interface RaisedHead {
  readonly status: number;
  readonly status_text?: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** `RAISE SQLSTATE 'PGRST'`: the database decides over the whole answer. PGRST121 where it does not say it right. */
export function renderRaisedResponse({ message, detail }: PostgresErrorFields): RenderedError {
  const body = parseJson(message);
  if (!isBody(body)) {
    return malformed(
      `Invalid JSON value for MESSAGE: '${message}'`,
      "MESSAGE must be a JSON object with obligatory keys: 'code', 'message' and optional keys: 'details', 'hint'.",
    );
  }
  const hint =
    "DETAIL must be a JSON object with obligatory keys: 'status', 'headers' and optional key: 'status_text'.";
  if (detail === undefined) return malformed("DETAIL is missing in the RAISE statement", hint);
  const head = parseJson(detail);
  if (!isHead(head)) return malformed(`Invalid JSON value for DETAIL: '${detail}'`, hint);
  return {
    status: head.status,
    code: body.code,
    message: body.message,
    details: body.details ?? null,
    hint: body.hint ?? null,
    headers: Object.entries(head.headers),
    ...(typeof head.status_text === "string" ? { statusText: head.status_text } : {}),
  };
}

function malformed(details: string, hint: string): RenderedError {
  return {
    status: 500,
    code: "PGRST121",
    message: "Could not parse JSON in the \"RAISE SQLSTATE 'PGRST'\" error",
    details,
    hint,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isOptionalText(value: unknown): boolean {
  return value === undefined || value === null || typeof value === "string";
}

function isBody(value: unknown): value is RaisedBody {
  return (
    isRecord(value) &&
    typeof value["code"] === "string" &&
    typeof value["message"] === "string" &&
    isOptionalText(value["details"]) &&
    isOptionalText(value["hint"])
  );
}

function isHead(value: unknown): value is RaisedHead {
  if (!isRecord(value) || !Number.isInteger(value["status"]) || !isOptionalText(value["status_text"]))
    return false;
  const headers = value["headers"];
  return isRecord(headers) && Object.values(headers).every((header) => typeof header === "string");
}
