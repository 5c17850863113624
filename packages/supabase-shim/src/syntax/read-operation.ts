import type {
  BinaryOperator,
  IsValue,
  Operation,
  QuantifiableOperator,
  TextSearchOperator,
} from "../request/index.ts";
import type { Cursor } from "./cursor.ts";
import { firstOf } from "./first-of.ts";
import { readListElement } from "./list-element.ts";
import { readIdentifier } from "./read-name.ts";
import { separated } from "./separated.ts";
import { takeSpaced } from "./space.ts";

export interface NegatableOperation {
  readonly negated: boolean;
  readonly operation: Operation;
}

type ReadValue = (cursor: Cursor) => string | undefined;

/** `eq.1`, `not.in.(1,2)`. How far a single value goes depends on where the operation stands, so it is given. */
export function readOperation(cursor: Cursor, readValue: ReadValue): NegatableOperation | undefined {
  const negated = takeNot(cursor);
  const operation = cursor.named("operator (eq, gt, ...)", () =>
    firstOf<Operation>(
      cursor,
      readIn,
      readIs,
      () => readIsDistinct(cursor, readValue),
      () => cursor.attempt(() => readTextSearch(cursor, readValue)),
      () => cursor.attempt(() => readBinary(cursor, readValue)),
      () => cursor.attempt(() => readCompare(cursor, readValue)),
    ),
  );
  return operation && { negated, operation };
}

export function takeDelimiter(cursor: Cursor): boolean {
  return cursor.named("delimiter (.)", () => cursor.take(".") || undefined) ?? false;
}

export function takeNot(cursor: Cursor): boolean {
  return takeWord(cursor, "not");
}

/** A word and the dot after it, or nothing. */
function takeWord(cursor: Cursor, word: string): boolean {
  return cursor.attempt(() => (cursor.take(word) && takeDelimiter(cursor)) || undefined) ?? false;
}

function readIn(cursor: Cursor): Operation | undefined {
  if (!takeWord(cursor, "in")) return undefined;
  if (!takeSpaced(cursor, "(")) return undefined;
  const values = separated(cursor, readListElement, (at) => at.take(","));
  if (values === undefined || !takeSpaced(cursor, ")")) return undefined;
  // PostgREST takes one empty text for the empty list, because `in.()` reads as that.
  return { kind: "in", values: values.length === 1 && values[0] === "" ? [] : values };
}

const IS_VALUES: readonly IsValue[] = ["null", "not_null", "true", "false", "unknown"];

function readIs(cursor: Cursor): Operation | undefined {
  if (!takeWord(cursor, "is")) return undefined;
  return cursor.named("isVal: (null, not_null, true, false, unknown)", () => {
    for (const value of IS_VALUES) {
      if (takeAnyCase(cursor, value)) return { kind: "is", value };
    }
    return undefined;
  });
}

function takeAnyCase(cursor: Cursor, word: string): boolean {
  const start = cursor.position;
  const upper = word.toUpperCase();
  for (let i = 0; i < word.length; i += 1) {
    const found = cursor.text[start + i];
    if (found !== word[i] && found !== upper[i]) {
      cursor.miss([word], start + i);
      return false;
    }
  }
  cursor.advance(word.length);
  return true;
}

function readIsDistinct(cursor: Cursor, readValue: ReadValue): Operation | undefined {
  if (!takeWord(cursor, "isdistinct")) return undefined;
  const value = readValue(cursor);
  return value === undefined ? undefined : { kind: "isDistinct", value };
}

const TEXT_SEARCH: readonly TextSearchOperator[] = ["fts", "plfts", "phfts", "wfts"];

function readTextSearch(cursor: Cursor, readValue: ReadValue): Operation | undefined {
  const operator = cursor.takeOneOf(TEXT_SEARCH);
  if (operator === undefined) return undefined;
  const language = readParenthesized(cursor, readIdentifier);
  if (!takeDelimiter(cursor)) return undefined;
  const value = readValue(cursor);
  if (value === undefined) return undefined;
  return { kind: "textSearch", operator, ...(language === undefined ? {} : { language }), value };
}

const BINARY: readonly BinaryOperator[] = ["neq", "cs", "cd", "ov", "sl", "sr", "nxr", "nxl", "adj"];

function readBinary(cursor: Cursor, readValue: ReadValue): Operation | undefined {
  const operator = cursor.takeOneOf(BINARY);
  if (operator === undefined || !takeDelimiter(cursor)) return undefined;
  const value = readValue(cursor);
  return value === undefined ? undefined : { kind: "binary", operator, value };
}

/** A longer operator stands before the one that it begins with. */
const COMPARE: readonly QuantifiableOperator[] = [
  "eq",
  "gte",
  "gt",
  "lte",
  "lt",
  "like",
  "ilike",
  "match",
  "imatch",
];

function readCompare(cursor: Cursor, readValue: ReadValue): Operation | undefined {
  const operator = cursor.takeOneOf(COMPARE);
  if (operator === undefined) return undefined;
  const quantifier = readParenthesized<"any" | "all">(cursor, (at) => at.takeOneOf(["any", "all"]));
  if (!takeDelimiter(cursor)) return undefined;
  const value = readValue(cursor);
  if (value === undefined) return undefined;
  return { kind: "compare", operator, ...(quantifier === undefined ? {} : { quantifier }), value };
}

function readParenthesized<T>(cursor: Cursor, read: (cursor: Cursor) => T | undefined): T | undefined {
  return cursor.attempt(() => {
    if (!cursor.take("(")) return undefined;
    const value = read(cursor);
    return value !== undefined && cursor.take(")") ? value : undefined;
  });
}
