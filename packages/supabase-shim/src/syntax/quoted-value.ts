import type { Cursor } from "./cursor.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** `"…"`, where a backslash takes the next character as it is. */
export function readQuotedValue(cursor: Cursor): string | undefined {
  if (!cursor.take('"')) return undefined;
  const parts: string[] = [];
  for (;;) {
    parts.push(cursor.takeWhile((code) => code !== QUOTE && code !== BACKSLASH, []));
    if (cursor.follows("\\")) {
      const escaped = cursor.text.codePointAt(cursor.position + 1);
      cursor.advance(1);
      if (escaped === undefined) {
        cursor.miss([]);
        return undefined;
      }
      const character = String.fromCodePoint(escaped);
      cursor.advance(character.length);
      parts.push(character);
    } else {
      return cursor.take('"') ? parts.join("") : undefined;
    }
  }
}

/** The text in double quotes, so that no grammar here finds anything of its own in it. */
export function quoteValue(text: string): string {
  return `"${text.replaceAll(/["\\]/g, "\\$&")}"`;
}
