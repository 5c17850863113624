import type { RequestError } from "../errors/request-error.ts";
import { ok, type Result } from "../errors/result.ts";
import { arrayLiteral, type ArrayElement } from "../request/array-literal.ts";
import { valueText, type GivenAt } from "./value-text.ts";

/** An argument of a function that is given by itself, as text: a list as an array literal. */
export function argumentText(name: string, value: unknown): Result<string, RequestError> {
  const at = { method: "rpc", name };
  if (!Array.isArray(value)) return valueText(value, at);
  const elements = arrayElements(value, at);
  return elements.ok ? ok(arrayLiteral(elements.value)) : elements;
}

function arrayElements(
  values: readonly unknown[],
  at: GivenAt,
): Result<readonly ArrayElement[], RequestError> {
  const elements: ArrayElement[] = [];
  for (const value of values) {
    const element = arrayElement(value, at);
    if (!element.ok) return element;
    elements.push(element.value);
  }
  return ok(elements);
}

/** As in JSON, undefined in a list is null. */
function arrayElement(value: unknown, at: GivenAt): Result<ArrayElement, RequestError> {
  if (value === null || value === undefined) return ok(null);
  return Array.isArray(value) ? arrayElements(value, at) : valueText(value, at);
}
