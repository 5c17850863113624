import { InvalidValue } from "./value-type.ts";

/** An array's members: texts, NULL, or arrays. */
export type ArrayMember = string | null | readonly ArrayMember[];

/**
 * Reads PostgreSQL's own notation of an array, `{a,"b c",NULL}` (PostgreSQL documentation, section 8.15.2).
 *
 * @throws {InvalidValue} it is none.
 */
export function parseArray(text: string): readonly ArrayMember[] {
  const reader = new Reader(text.trim());
  const array = reader.array();
  if (!reader.done) throw malformed();
  return array;
}

/** An array in PostgreSQL's notation. */
export function printArray(members: readonly ArrayMember[]): string {
  return `{${members.map(printMember).join(",")}}`;
}

function printMember(member: ArrayMember): string {
  if (member === null) return "NULL";
  if (typeof member !== "string") return printArray(member);
  const plain = member !== "" && !/["\\{},\s]/.test(member) && !/^null$/i.test(member);
  return plain ? member : `"${member.replace(/["\\]/g, "\\$&")}"`;
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get done(): boolean {
    return this.#at >= this.#text.length;
  }

  array(): readonly ArrayMember[] {
    this.#take(/\{\s*/y);
    if (this.#try(/\}/y) !== undefined) return [];
    const members: ArrayMember[] = [];
    do members.push(this.#member());
    while (this.#try(/\s*,\s*/y) !== undefined);
    this.#take(/\s*\}/y);
    return members;
  }

  #member(): ArrayMember {
    if (this.#text[this.#at] === "{") return this.array();
    const quoted = this.#try(/"((?:[^"\\]|\\[^])*)"/y);
    if (quoted !== undefined) return unescaped(quoted.slice(1, -1));
    const plain = this.#take(/(?:[^"\\{},]|\\[^])+/y).trimEnd();
    return /^null$/i.test(plain) ? null : unescaped(plain);
  }

  #take(pattern: RegExp): string {
    const taken = this.#try(pattern);
    if (taken === undefined) throw malformed();
    return taken;
  }

  #try(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const [taken] = pattern.exec(this.#text) ?? [];
    if (taken !== undefined) this.#at += taken.length;
    return taken;
  }
}

function unescaped(text: string): string {
  return text.replace(/\\([^])/g, "$1");
}

function malformed(): InvalidValue {
  return new InvalidValue("22P02", "malformed array literal");
}
