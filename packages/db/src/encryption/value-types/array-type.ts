import { type ArrayMember, parseArray, printArray } from "./array-text.ts";
import { jsonElements } from "./json-elements.ts";
import { inputText, InvalidValue, type ValueType } from "./value-type.ts";

/**
 * An array of any number of dimensions, as JSON or in PostgreSQL's notation, shown as JSON. Where it begins to count is
 * not kept: JSON does not show it.
 */
export function arrayType(element: ValueType): ValueType {
  const read = (json: string): string => {
    const given = json.startsWith("[") ? json : literalJson(inputText(json));
    if (!given.startsWith("[")) throw new InvalidValue("22P02", "expected JSON array");
    return rectangular(members(given, (each) => element.fromJson(each)));
  };
  const textOf = (json: string): string => element.text?.(json) ?? inputText(json);
  return {
    searchable: element.searchable,
    fromJson: (json) => read(json.trim()),
    equality: (json) => members(json, (each) => JSON.stringify(element.equality?.(each) ?? each)).json,
    driverValue: (json) => nested(json, (each) => element.driverValue?.(each) ?? inputText(each)),
    text: (json) => printArray(nested(json, textOf) as readonly ArrayMember[]),
  };
}

interface Members {
  readonly json: string;
  /** How many members each dimension has; undefined where two lists of one dimension differ. */
  readonly shape: readonly number[] | undefined;
}

/** NULLs stay, lists are gone into. */
function members(array: string, ofElement: (json: string) => string): Members {
  const read = jsonElements(array).map((json): Members => {
    if (json.startsWith("[")) return members(json, ofElement);
    return { json: json === "null" ? json : ofElement(json), shape: [] };
  });
  const [first] = read;
  const alike = read.every(({ shape }) => shape?.join() === first?.shape?.join());
  return {
    json: `[${read.map(({ json }) => json).join(",")}]`,
    shape:
      alike && (first === undefined || first.shape !== undefined)
        ? [read.length, ...(first?.shape ?? [])]
        : undefined,
  };
}

function rectangular({ json, shape }: Members): string {
  if (shape === undefined) {
    throw new InvalidValue(
      "22P02",
      "malformed JSON array: a list of several dimensions needs lists of equal lengths",
    );
  }
  // However many empty lists there are, they hold nothing.
  return shape.includes(0) ? "[]" : json;
}

function nested(array: string, ofElement: (json: string) => unknown): unknown[] {
  return jsonElements(array).map((json) => {
    if (json.startsWith("[")) return nested(json, ofElement);
    return json === "null" ? null : ofElement(json);
  });
}

/** Texts, which each element's type reads. */
function literalJson(text: string): string {
  return JSON.stringify(parseArray(text));
}
