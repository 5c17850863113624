import type { RequestError } from "../errors/request-error.ts";
import { err, ok, type Result } from "../errors/result.ts";
import { jsonText } from "./json-text.ts";

/** Where the caller gave a value, for messages: `eq("email")`. */
export interface GivenAt {
  readonly method: string;
  readonly name: string;
}

/**
 * A value as the text that PostgreSQL reads: what `${value}` gives, but a Date in ISO format and a
 * plain object as JSON, which `${value}` would lose.
 */
export function valueText(value: unknown, at: GivenAt): Result<string, RequestError> {
  switch (typeof value) {
    case "string":
      return ok(value);
    case "number":
    case "bigint":
    case "boolean":
      return ok(String(value));
    case "object":
      return objectText(value, at);
    default:
      return err(unusableValue(value, at));
  }
}

function objectText(value: object | null, at: GivenAt): Result<string, RequestError> {
  if (value === null) return ok("null");
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? err(unusableValue(value, at)) : ok(value.toISOString());
  }
  if (hasOwnText(value)) {
    const written: { toString(): string } = value;
    try {
      return ok(String(written));
    } catch {
      return err(unusableValue(value, at));
    }
  }
  // What is left has no text of its own. A promise or a Map would become "{}".
  if (Object.prototype.toString.call(value) !== "[object Object]") {
    return err(unusableValue(value, at));
  }
  const text = jsonText(value);
  return text === undefined ? err(unusableValue(value, at)) : ok(text);
}

/** Arrays, decimals, URLs and other classes that say how they are written. */
function hasOwnText(value: object): boolean {
  return Symbol.toPrimitive in value || ("toString" in value && value.toString !== Object.prototype.toString);
}

/** The error for a value that has no text. It names the kind of value, never the value. */
export function unusableValue(value: unknown, at: GivenAt): RequestError {
  return {
    kind: "invalidValue",
    message: `${at.method}(${JSON.stringify(at.name)}) was given ${kindOf(value)}, which cannot be sent to the database.`,
    hint: hintFor(value, at),
  };
}

function kindOf(value: unknown): string {
  if (value === undefined) return "undefined";
  if (value instanceof Date) return "an invalid Date";
  if (value instanceof Promise) return "a promise";
  if (typeof value === "object" && value !== null) {
    return `an object of type ${Object.prototype.toString.call(value).slice(8, -1)}`;
  }
  return `a ${typeof value}`;
}

function hintFor(value: unknown, at: GivenAt): string {
  if (value === undefined) {
    return `Check where the value of ${JSON.stringify(at.name)} comes from. Rows without a value are found with is(${JSON.stringify(at.name)}, null).`;
  }
  if (value instanceof Promise) return "Await the promise first.";
  return "Give a text, number, bigint, boolean, Date, plain object or null.";
}
