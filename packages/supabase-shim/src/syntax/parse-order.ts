import type { RequestError } from "../errors/request-error.ts";
import type { Result } from "../errors/result.ts";
import type { Field, OrderTerm } from "../request/index.ts";
import type { Cursor } from "./cursor.ts";
import { firstOf } from "./first-of.ts";
import { parseText } from "./parse-text.ts";
import { readField } from "./read-field.ts";
import { readName } from "./read-name.ts";
import { takeDelimiter } from "./read-operation.ts";
import { separated } from "./separated.ts";
import { readSpaced } from "./space.ts";

/** The value of `order`: `name.desc.nullslast,clients(id)`. */
export function parseOrder(text: string): Result<OrderTerm[], RequestError> {
  return parseText({ what: "order", text }, (cursor) =>
    separated(
      cursor,
      (at) => readSpaced(at, readTerm),
      (at) => at.take(","),
    ),
  );
}

function readTerm(cursor: Cursor): OrderTerm | undefined {
  return firstOf(cursor, (at) => at.attempt(() => readRelationTerm(at)), readFieldTerm);
}

function readRelationTerm(cursor: Cursor): OrderTerm | undefined {
  const relation = readName(cursor);
  if (relation === undefined || !cursor.take("(")) return undefined;
  const field = readField(cursor);
  if (field === undefined || !cursor.take(")")) return undefined;
  return readModifiers(cursor, { field, relation });
}

function readFieldTerm(cursor: Cursor): OrderTerm | undefined {
  const field = readField(cursor);
  return field && readModifiers(cursor, { field });
}

function readModifiers(
  cursor: Cursor,
  term: { readonly field: Field; readonly relation?: string },
): OrderTerm | undefined {
  const direction = readModifier(cursor, ["asc", "desc"]);
  const nulls = readModifier(cursor, ["nullsfirst", "nullslast"]);
  if (!cursor.follows(",") && !cursor.atEnd()) return undefined;
  return {
    ...term,
    ...(direction === undefined ? {} : { direction }),
    ...(nulls === undefined ? {} : { nulls: nulls === "nullsfirst" ? "first" : "last" }),
  };
}

function readModifier<W extends string>(cursor: Cursor, words: readonly W[]): W | undefined {
  return cursor.attempt(() => (takeDelimiter(cursor) ? cursor.takeOneOf(words) : undefined));
}
