import type { Cursor } from "./cursor.ts";
import { quoteValue, readQuotedValue } from "./quoted-value.ts";

/** A quoted value that fills its place, or whatever stands before the next `,` or `)`, quotes and blanks included. */
export function readListElement(cursor: Cursor): string {
  return readFillingQuotedValue(cursor) ?? readRawElement(cursor);
}

export function readFillingQuotedValue(cursor: Cursor): string | undefined {
  return cursor.attempt(() => {
    const value = readQuotedValue(cursor);
    return value !== undefined && cursor.precludes(isInside) ? value : undefined;
  });
}

export function readRawElement(cursor: Cursor): string {
  return cursor.takeWhile(isInside, []);
}

/** The value as an element of `in.(…)` or as an operand inside `or=(…)`: quoted unless nothing in it could be misread. */
export function quoteListElement(value: string): string {
  return /^[\p{L}\p{N}_@%*+:.<>=-]+$/u.test(value) ? value : quoteValue(value);
}

function isInside(code: number): boolean {
  return code !== 0x2c && code !== 0x29;
}
