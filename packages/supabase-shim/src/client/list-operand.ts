import type { RequestError } from "../errors/request-error.ts";
import { err, ok, type Result } from "../errors/result.ts";
import type { ListOperand } from "../request/index.ts";
import { jsonText } from "./json-text.ts";
import { unusableValue, type GivenAt } from "./value-text.ts";

/**
 * A copy of the caller's list, so that a later change of theirs does not change the request. What
 * is left in it is JSON: texts, numbers, booleans, null, lists and plain objects.
 */
export function listOperand(values: readonly unknown[], at: GivenAt): Result<ListOperand, RequestError> {
  const list: unknown[] = [];
  for (const value of values) {
    const element = listElement(value, at);
    if (!element.ok) return element;
    list.push(element.value);
  }
  return ok({ list });
}

function listElement(value: unknown, at: GivenAt): Result<unknown, RequestError> {
  switch (typeof value) {
    case "string":
    case "number":
    case "boolean":
      return ok(value);
    case "bigint":
      return ok(value.toString());
    case "object":
      break;
    default:
      return err(unusableValue(value, at));
  }
  if (value === null) return ok(null);
  if (Array.isArray(value)) {
    const inner = listOperand(value, at);
    return inner.ok ? ok(inner.value.list) : inner;
  }
  const text = value instanceof Promise ? undefined : jsonText(value);
  return text === undefined ? err(unusableValue(value, at)) : ok(JSON.parse(text) as unknown);
}
