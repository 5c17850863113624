import type { RequestError } from "../errors/request-error.ts";
import type { Result } from "../errors/result.ts";
import type { Filter, LogicGroup, LogicTree } from "../request/index.ts";
import type { Cursor } from "./cursor.ts";
import { firstOf } from "./first-of.ts";
import { readFillingQuotedValue, readRawElement } from "./list-element.ts";
import { parseText } from "./parse-text.ts";
import { readField } from "./read-field.ts";
import { readOperation, takeDelimiter, takeNot } from "./read-operation.ts";
import { separated } from "./separated.ts";
import { takeSpaced } from "./space.ts";

/**
 * The value of an `and` or `or` parameter, its parentheses included: `(id.eq.1,not.and(a.lt.2,b.gt.3))`.
 * The operator is read as if it stood before the text, and so counts in the column of an error.
 */
export function parseLogicTree(
  operator: "and" | "or",
  negated: boolean,
  text: string,
): Result<LogicTree, RequestError> {
  const prefix = (negated ? "not." : "") + operator;
  return parseText({ what: "logic tree", text, prefix }, readTree);
}

function readTree(cursor: Cursor): LogicTree | undefined {
  return firstOf<LogicTree>(cursor, (at) => at.attempt(() => readFilter(at)), readGroup);
}

function readFilter(cursor: Cursor): Filter | undefined {
  const field = readField(cursor);
  if (field === undefined || !takeDelimiter(cursor)) return undefined;
  const operation = readOperation(cursor, readOperand);
  return operation && { kind: "filter", field, ...operation };
}

/** `"quoted"`, `{an,array}` with its commas, or whatever stands before the next `,` or `)`. */
function readOperand(cursor: Cursor): string {
  return (
    readFillingQuotedValue(cursor) ?? cursor.attempt(() => readFlatArray(cursor)) ?? readRawElement(cursor)
  );
}

function readFlatArray(cursor: Cursor): string | undefined {
  if (!cursor.take("{")) return undefined;
  const inside = cursor.takeWhile((code) => code !== 0x7b && code !== 0x7d, []);
  return cursor.take("}") ? `{${inside}}` : undefined;
}

function readGroup(cursor: Cursor): LogicGroup | undefined {
  const negated = cursor.named("negation operator (not)", () => takeNot(cursor) || undefined) ?? false;
  const operator = cursor.named("logic operator (and, or)", () =>
    firstOf<"and" | "or">(
      cursor,
      () => cursor.takeOneOf(["and"]),
      () => (cursor.take("or") ? "or" : undefined),
    ),
  );
  if (operator === undefined || !takeSpaced(cursor, "(")) return undefined;
  const members = cursor.nested(() => separated(cursor, readTree, (at) => takeSpaced(at, ",")));
  if (members === undefined || !takeSpaced(cursor, ")")) return undefined;
  return { kind: "group", operator, negated, members };
}
