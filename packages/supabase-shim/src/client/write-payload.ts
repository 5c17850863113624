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
  const common = commonKeys(values);
  if (common !== undefined) {
    alike.add(common);
    return ok({ kind: "json", text, shape: "array", keys: common });
  }
  if (!values.every(isRow)) return err(unlikeObjects);
  return ok({ kind: "json", text, shape: "array", keys: keysOfRows(values, jsonKeys) });
}

/** The keys of payloads whose rows all have them, so that nobody looks at each row again. */
const alike = new WeakSet<readonly string[]>();

/**
 * The columns of an insert of many rows: every key of every row, in the order in which they are
 * first seen. A key whose value is undefined is not in the JSON, but it counts here: its column is
 * written. `payload` is that of the rows.
 */
export function columnsOfRows(rows: readonly object[], { keys }: JsonPayload): readonly string[] {
  return alike.has(keys) ? keys : keysOfRows(rows, Object.keys);
}

/** PostgREST takes an array without `columns` only when its objects have the same keys. */
export function haveSameKeys(rows: readonly object[], { keys }: JsonPayload): boolean {
  return alike.has(keys) || rows.every((row) => jsonKeys(row).length === keys.length);
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
function jsonKeys(given: object): string[] {
  const written: unknown = "toJSON" in given && typeof given.toJSON === "function" ? given.toJSON("") : given;
  if (typeof written !== "object" || written === null) return [];
  const row = written as Readonly<Record<string, unknown>>;
  const keys = Object.keys(row);
  return keys.some((key) => isLeftOut(row[key])) ? keys.filter((key) => !isLeftOut(row[key])) : keys;
}

function isLeftOut(value: unknown): boolean {
  return value === undefined || typeof value === "function" || typeof value === "symbol";
}

/**
 * The keys of all rows, where every row is a plain object with the same keys in the same order and all are in its JSON: of
 * many rows nearly always, and then no list of keys is made for each.
 */
function commonKeys(rows: readonly unknown[]): string[] | undefined {
  const [first] = rows;
  if (!isRow(first)) return undefined;
  const keys = Object.keys(first);
  return rows.every((row) => isRow(row) && hasExactly(row, keys)) ? keys : undefined;
}

function hasExactly(row: object, keys: readonly string[]): boolean {
  if (Object.getPrototypeOf(row) !== Object.prototype || "toJSON" in row) return false;
  let place = 0;
  for (const key in row) {
    if (key !== keys[place] || isLeftOut((row as Readonly<Record<string, unknown>>)[key])) return false;
    place += 1;
  }
  return place === keys.length;
}

/** In first-seen order. Most rows have the keys of the row before them, in its order. */
function keysOfRows(rows: readonly object[], keysOf: (row: object) => readonly string[]): string[] {
  const all = new Set<string>();
  let last: readonly string[] = [];
  for (const row of rows) {
    const keys = keysOf(row);
    if (!areEqual(keys, last)) for (const key of keys) all.add(key);
    last = keys;
  }
  return [...all];
}

function areEqual(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((key, index) => key === others[index]);
}
