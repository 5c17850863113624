import type { RequestError } from "../errors/request-error.ts";
import { err, ok, type Result } from "../errors/result.ts";
import { type JsonPayload, scalarsOf } from "../request/index.ts";
import { jsonText } from "./json-text.ts";

/** What stands in a request whose payload could not be written; its error keeps it from running. */
export const unwritten: JsonPayload = { kind: "json", text: "[]", shape: "array", keys: [] };

/** The rows of an insert or update, or the arguments of a function, as one JSON text. */
export function writePayload(method: string, values: unknown): Result<JsonPayload, RequestError> {
  if (typeof values !== "object" || values === null) return err(emptyOrInvalid);
  const text = jsonText(values);
  if (text === undefined) return err(unwritable(method));
  if (!Array.isArray(values)) {
    if (!text.startsWith("{")) return err(emptyOrInvalid);
    const keys = jsonKeys(values);
    const scalars = scalarsOf(values, keys);
    return ok({ kind: "json", text, shape: "object", keys, ...(scalars === undefined ? {} : { scalars }) });
  }
  if (!values.every(isRow)) return err(unlikeObjects);
  return ok({ kind: "json", text, shape: "array", keys: union(values.map(jsonKeys)) });
}

/**
 * The columns of an insert of many rows: every key of every row, in the order in which they are
 * first seen. A key whose value is undefined is not in the JSON, but it counts here: its column is
 * written.
 */
export function columnsOfRows(rows: readonly object[]): readonly string[] {
  return union(rows.map((row) => Object.keys(row)));
}

/** PostgREST takes an array without `columns` only when its objects have the same keys. */
export function haveSameKeys(rows: readonly object[], keys: readonly string[]): boolean {
  return rows.every((row) => jsonKeys(row).length === keys.length);
}

const emptyOrInvalid: RequestError = {
  kind: "invalidBody",
  message: "Empty or invalid json",
};

export const unlikeObjects: RequestError = {
  kind: "invalidBody",
  message: "All object keys must match",
};

export function unwritable(method: string): RequestError {
  return {
    kind: "invalidValue",
    message: `${method}() was given something that cannot be written as JSON.`,
    hint: "Remove circular references and symbols; send plain objects with texts, numbers, booleans, Dates, lists and null.",
  };
}

function isRow(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** The keys that the object's JSON has: without those whose value JSON leaves out. */
function jsonKeys(row: object): string[] {
  const written: unknown = "toJSON" in row && typeof row.toJSON === "function" ? row.toJSON("") : row;
  if (typeof written !== "object" || written === null) return [];
  return Object.entries(written)
    .filter(([, value]) => !isLeftOut(value))
    .map(([key]) => key);
}

function isLeftOut(value: unknown): boolean {
  return value === undefined || typeof value === "function" || typeof value === "symbol";
}

function union(lists: readonly (readonly string[])[]): string[] {
  return [...new Set(lists.flat())];
}
