import type { Field, JsonStep } from "../request/index.ts";
import type { Cursor } from "./cursor.ts";
import { firstOf } from "./first-of.ts";
import { readQuotedValue } from "./quoted-value.ts";
import { readName, takeDash } from "./read-name.ts";
import { separated } from "./separated.ts";
import { readSpaced, stripSpace } from "./space.ts";

/** `name->key->>0` with blanks around it. */
export function readField(cursor: Cursor): Field | undefined {
  return readSpaced(cursor, () => {
    const name = readName(cursor);
    if (name === undefined) return undefined;
    const path = readJsonPath(cursor);
    return path && { name, path };
  });
}

/** No step, or several. */
export function readJsonPath(cursor: Cursor): JsonStep[] | undefined {
  const path: JsonStep[] = [];
  for (;;) {
    const arrow = cursor.takeOneOf(["->>", "->"]);
    if (arrow === undefined) return path;
    const operand = readOperand(cursor);
    if (operand === undefined || cursor.isTooDeep(path.length)) return undefined;
    path.push({ arrow, operand });
  }
}

function readOperand(cursor: Cursor): JsonStep["operand"] | undefined {
  return (
    cursor.attempt(() => readIndex(cursor)) ??
    cursor.attempt(() => {
      const key = readKey(cursor);
      return key === undefined ? undefined : { key };
    })
  );
}

/** Digits are an index only before something that can follow one. Otherwise, and so before `)`, they are a key. */
function readIndex(cursor: Cursor): { index: number } | undefined {
  const sign = cursor.takeOneOf(["-"]) ?? "";
  const digits = cursor.takeWhile((code) => code >= 0x30 && code <= 0x39, ["digit"]);
  if (digits === "") return undefined;
  const ends =
    cursor.follows("->") ||
    cursor.follows("::") ||
    cursor.follows(".") ||
    cursor.follows(",") ||
    cursor.atEnd();
  return ends ? { index: toIndex(sign, digits) } : undefined;
}

/** PostgreSQL refuses what does not fit 32 bits; such an index only has to stay a number that is written as digits. */
function toIndex(sign: string, digits: string): number {
  const size = Math.min(Number(digits), Number.MAX_SAFE_INTEGER);
  return sign === "-" && size !== 0 ? -size : size;
}

function readKey(cursor: Cursor): string | undefined {
  return cursor.named("any non reserved character different from: .,>()", () =>
    firstOf(cursor, readQuotedValue, readPlainKey),
  );
}

function readPlainKey(cursor: Cursor): string | undefined {
  return separated(cursor, readKeyPart, takeDash)?.join("-");
}

function readKeyPart(cursor: Cursor): string | undefined {
  const text = cursor.takeWhile((code) => !RESERVED.has(code), []);
  return text === "" ? undefined : stripSpace(text);
}

const RESERVED: ReadonlySet<number> = new Set(Array.from("(-:.,>)", (c) => c.charCodeAt(0)));
