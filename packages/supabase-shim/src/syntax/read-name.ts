import type { Cursor } from "./cursor.ts";
import { firstOf } from "./first-of.ts";
import { readQuotedValue } from "./quoted-value.ts";
import { separated } from "./separated.ts";
import { stripSpace } from "./space.ts";

/** The name of a column, relation, alias or hint: `name`, `two words`, `with-dash` or `"any thing"`. */
export function readName(cursor: Cursor): string | undefined {
  return cursor.named("field name (* or [a..z0..9_$])", () =>
    firstOf(cursor, readQuotedValue, readPlainName),
  );
}

/** Letters of any script, digits, `_`, `$` and blanks; also what a cast and a text search language are made of. */
export function readIdentifier(cursor: Cursor): string | undefined {
  const text = cursor.takeWhile(isIdentifierCharacter, ["letter", "digit"]);
  return text === "" ? undefined : stripSpace(text);
}

/** A dash joins, unless it begins an arrow. */
export function takeDash(cursor: Cursor): boolean {
  return (
    cursor.attempt(
      () => (cursor.take("-") && cursor.precludes((code) => code === 0x3e, ['">"'])) || undefined,
    ) ?? false
  );
}

function readPlainName(cursor: Cursor): string | undefined {
  return separated(cursor, readIdentifier, takeDash)?.join("-");
}

function isIdentifierCharacter(code: number): boolean {
  if (code < 0x80) {
    return (
      (code >= 0x61 && code <= 0x7a) ||
      (code >= 0x41 && code <= 0x5a) ||
      (code >= 0x30 && code <= 0x39) ||
      code === 0x5f ||
      code === 0x20 ||
      code === 0x24
    );
  }
  return /\p{L}/u.test(String.fromCodePoint(code));
}
