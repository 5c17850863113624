import type { Cursor } from "./cursor.ts";

function skipSpace(cursor: Cursor): void {
  cursor.takeWhile((code) => code === 0x20 || code === 0x09, []);
}

/** A character with blanks and tabs around it. */
export function takeSpaced(cursor: Cursor, character: string): boolean {
  skipSpace(cursor);
  if (!cursor.take(character)) return false;
  skipSpace(cursor);
  return true;
}

/** Something with blanks and tabs around it. */
export function readSpaced<T>(cursor: Cursor, read: (cursor: Cursor) => T | undefined): T | undefined {
  skipSpace(cursor);
  const value = read(cursor);
  if (value === undefined) return undefined;
  skipSpace(cursor);
  return value;
}

/** Without the Unicode space that it begins and ends with. Unlike `trim` it keeps a byte order mark. */
export function stripSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text.charCodeAt(start))) start += 1;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function isSpace(code: number): boolean {
  if (code <= 0x20) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  return code >= 0xa0 && /\p{Zs}/u.test(String.fromCharCode(code));
}
