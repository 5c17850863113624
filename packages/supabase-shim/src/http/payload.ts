import { err, ok, type RequestError, type Result } from "../errors/index.ts";
import {
  type CallPayload,
  type JsonPayload,
  type MediaType,
  mediaTypeName,
  scalarsOf,
  type RawPayload,
} from "../request/index.ts";
import { parseCsv } from "./csv-payload.ts";
import { parseQueryString } from "./query-string.ts";

/** A body, and what says how it is to be read. */
export interface Body {
  readonly bytes: Uint8Array;
  readonly type: MediaType;
  /** The `columns` parameter: with it the rows' keys may differ, and the body is not looked into. */
  readonly columns: readonly string[] | undefined;
}

/** The rows of a write. Fails with PGRST102. */
export function parseRows(body: Body): Result<JsonPayload, RequestError> {
  switch (body.type.kind) {
    case "json":
      return parseJson(body);
    case "csv":
      return csvRows(body);
    case "form":
      return ok(formRow(body));
    default:
      return unknownType(body.type);
  }
}

/** The arguments of a posted call: by name, or the whole body for a single unnamed parameter. Fails with PGRST102. */
export function parseArguments(body: Body): Result<CallPayload, RequestError> {
  const { bytes, type, columns } = body;
  switch (type.kind) {
    case "json":
      return bytes.length === 0 && columns === undefined ? ok(EMPTY_OBJECT) : parseJson(body);
    case "csv":
      return csvRows(body);
    case "form":
      return ok({ kind: "named", pairs: formPairs(bytes) });
    case "text":
    case "xml":
    case "octet-stream":
      return ok({ kind: "raw", contentType: type.kind, bytes } satisfies RawPayload);
    default:
      return unknownType(type);
  }
}

const EMPTY_OBJECT: JsonPayload = { kind: "json", text: "{}", shape: "object", keys: [] };
const NO_ROWS: JsonPayload = { kind: "json", text: "[]", shape: "array", keys: [] };

function unknownType(type: MediaType): Result<never, RequestError> {
  return err({ kind: "invalidBody", message: `Content-Type not acceptable: ${mediaTypeName(type)}` });
}

/** An object, or an array of objects with the same keys. Any other value is no row at all. */
function parseJson({ bytes, columns }: Body): Result<JsonPayload, RequestError> {
  const text = decodeUtf8(bytes);
  if (text === undefined) return INVALID_JSON;
  if (columns !== undefined) {
    const shape = /^[ \t\n\r]*\{/.test(text) ? "object" : "array";
    return ok({ kind: "json", text, shape, keys: columns, unread: true });
  }
  const value = parseText(text);
  if (value === undefined) return INVALID_JSON;
  if (!Array.isArray(value.json)) {
    return ok(isObject(value.json) ? objectRow(text, value.json) : NO_ROWS);
  }
  const rows: readonly unknown[] = value.json;
  if (rows.length === 0) return ok(NO_ROWS);
  const keys = sharedKeys(rows);
  return keys === undefined
    ? err({ kind: "invalidBody", message: "All object keys must match" })
    : ok({ kind: "json", text, shape: "array", keys });
}

/** Its values are known as they were sent only where the text is as it would be written again: `3.0` and `3` are one number. */
function objectRow(text: string, json: Readonly<Record<string, unknown>>): JsonPayload {
  const keys = Object.keys(json);
  const scalars = text === JSON.stringify(json) ? scalarsOf(json, keys) : undefined;
  return { kind: "json", text, shape: "object", keys, ...(scalars === undefined ? {} : { scalars }) };
}

const INVALID_JSON: Result<never, RequestError> = err({
  kind: "invalidBody",
  message: "Empty or invalid json",
});

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function parseText(text: string): { readonly json: unknown } | undefined {
  try {
    return { json: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The keys that every row has; undefined when one differs or is no object. */
function sharedKeys(rows: readonly unknown[]): readonly string[] | undefined {
  const [first] = rows;
  if (!isObject(first)) return undefined;
  const keys = Object.keys(first);
  const same = rows.every(
    (row) =>
      isObject(row) &&
      Object.keys(row).length === keys.length &&
      keys.every((key) => Object.hasOwn(row, key)),
  );
  return same ? keys : undefined;
}

function csvRows({ bytes }: Body): Result<JsonPayload, RequestError> {
  const table = parseCsv(new TextDecoder().decode(bytes));
  if (!table.ok) return table;
  const { names, rows } = table.value;
  if (rows.length === 0) return ok({ ...NO_ROWS, tabular: true });
  return ok({ kind: "json", text: JSON.stringify(rows), shape: "array", keys: names, tabular: true });
}

/** A form is one row of texts; of two values of one name the later counts. */
function formRow({ bytes }: Body): JsonPayload {
  const row = Object.fromEntries(formPairs(bytes));
  return objectRow(JSON.stringify(row), row);
}

function formPairs(bytes: Uint8Array): readonly (readonly [name: string, value: string])[] {
  return parseQueryString(new TextDecoder().decode(bytes)).map(({ name, value }) => [name, value ?? ""]);
}
