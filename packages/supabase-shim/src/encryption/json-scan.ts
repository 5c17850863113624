/** A part of a JSON text: from its first character to behind its last one. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A member of an object: its name, and where its value is. */
export interface Member extends Span {
  readonly name: string;
}

/*
 * The parts of a JSON text by their places, so that one can be replaced and everything else stays as it was, numbers
 * digit by digit. The text is valid JSON.
 */

/** The value that begins at or behind a place. */
export function valueAt(text: string, from: number): Span {
  const start = skipSpace(text, from);
  return { start, end: valueEnd(text, start) };
}

/** The members of the object that begins at a place. */
export function* membersOf(text: string, object: number): Generator<Member> {
  let at = skipSpace(text, object + 1);
  while (text[at] !== "}") {
    const nameEnd = stringEnd(text, at);
    const name = JSON.parse(text.slice(at, nameEnd)) as string;
    const value = valueAt(text, skipSpace(text, nameEnd) + 1);
    yield { name, ...value };
    at = afterComma(text, value.end);
  }
}

/** The elements of the array that begins at a place. */
export function* elementsOf(text: string, array: number): Generator<Span> {
  let at = skipSpace(text, array + 1);
  while (text[at] !== "]") {
    const value = valueAt(text, at);
    yield value;
    at = afterComma(text, value.end);
  }
}

function afterComma(text: string, from: number): number {
  const at = skipSpace(text, from);
  return text[at] === "," ? skipSpace(text, at + 1) : at;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) <= 0x20) at += 1;
  return at;
}

function valueEnd(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return stringEnd(text, start);
  if (first === "{" || first === "[") return nestedEnd(text, start);
  let at = start;
  while (at < text.length && !/[\s,\]}]/.test(text.charAt(at))) at += 1;
  return at;
}

function nestedEnd(text: string, start: number): number {
  let depth = 0;
  let at = start;
  do {
    const character = text[at];
    if (character === '"') at = stringEnd(text, at);
    else {
      if (character === "{" || character === "[") depth += 1;
      else if (character === "}" || character === "]") depth -= 1;
      at += 1;
    }
  } while (depth > 0 && at < text.length);
  return at;
}

/** A quote ends the text unless an odd number of backslashes stands before it. */
function stringEnd(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let before = quote - 1;
    while (text[before] === "\\") before -= 1;
    if ((quote - before) % 2 === 1) return quote + 1;
  }
  return text.length;
}
