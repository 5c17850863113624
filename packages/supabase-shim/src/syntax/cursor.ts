import { mergeFailures, type Failure } from "./failure.ts";

/** Embeds within embeds and groups within groups are read by recursion, so there is an end to them. */
const MAX_DEPTH = 500;

/**
 * A place in a text that is being read, and the furthest failure so far.
 *
 * Every `read…` function in this folder takes a cursor and returns `undefined` when the text does not
 * fit. If it moved the cursor before that, the text is wrong for good; if it did not, another reading
 * may be tried (`attempt` moves the cursor back). Whatever moves the cursor forward forgets the
 * failures behind it: once text was accepted, it no longer matters what else might have stood there.
 */
export class Cursor {
  readonly text: string;
  #position = 0;
  #depth = 0;
  #failure: Failure | undefined = undefined;

  constructor(text: string) {
    this.text = text;
  }

  get position(): number {
    return this.#position;
  }

  get failure(): Failure | undefined {
    return this.#failure;
  }

  advance(length: number): void {
    if (length === 0) return;
    this.#position += length;
    this.#failure = undefined;
  }

  /** Notes that something else should have stood at `at`; `expected` names it. */
  miss(expected: readonly string[], at: number = this.#position): void {
    this.#note({ kind: "miss", at, foundAt: at, wanted: expected });
  }

  /** Fails for good, for a reason that is not in the grammar. */
  refuse(reason: string): undefined {
    this.#failure = { kind: "refusal", at: this.#position, reason };
    return undefined;
  }

  /** Accepts exactly `wanted`. A text that only begins like it moves the cursor and fails. */
  take(wanted: string): boolean {
    const matched = this.#lengthInCommon(wanted);
    const start = this.#position;
    this.advance(matched);
    if (matched === wanted.length) return true;
    this.#note({ kind: "miss", at: start, foundAt: start + matched, wanted });
    return false;
  }

  /** Accepts the first word that the text goes on with. Does not move when there is none. */
  takeOneOf<W extends string>(words: readonly W[]): W | undefined {
    for (const word of words) {
      if (this.follows(word)) {
        this.advance(word.length);
        return word;
      }
    }
    return undefined;
  }

  /** Accepts characters as long as they fit; perhaps none. `expected` names them. */
  takeWhile(accepts: (code: number) => boolean, expected: readonly string[]): string {
    const start = this.#position;
    let end = start;
    while (end < this.text.length) {
      const code = this.text.codePointAt(end) ?? 0;
      if (!accepts(code)) break;
      end += code > 0xffff ? 2 : 1;
    }
    this.advance(end - start);
    this.miss(expected);
    return this.text.slice(start, end);
  }

  takeRest(): string {
    const rest = this.text.slice(this.#position);
    this.advance(rest.length);
    return rest;
  }

  /** Whether `wanted` comes next; the cursor stays. */
  follows(wanted: string): boolean {
    const matched = this.#lengthInCommon(wanted);
    if (matched === wanted.length) return true;
    const at = this.#position;
    this.#note({ kind: "miss", at, foundAt: at + matched, wanted });
    return false;
  }

  /** Whether no character comes next that fits; the cursor stays. `expected` names such a character. */
  precludes(fits: (code: number) => boolean, expected: readonly string[] = []): boolean {
    const foundAt = this.#position;
    const code = this.text.codePointAt(foundAt);
    if (code !== undefined && fits(code)) {
      this.#note({ kind: "excess", at: foundAt + (code > 0xffff ? 2 : 1), foundAt });
      return false;
    }
    this.miss(expected);
    return true;
  }

  atEnd(): boolean {
    const at = this.#position;
    this.miss(["end of input"]);
    if (at === this.text.length) return true;
    this.#note({ kind: "excess", at, foundAt: at });
    return false;
  }

  /** Reads, and moves back if that failed, so that something else can be read. */
  attempt<T>(read: () => T | undefined): T | undefined {
    const start = this.#position;
    const before = this.#forget();
    const value = read();
    if (value === undefined) this.#position = start;
    if (this.#position === start) this.#remember(before);
    return value;
  }

  /** Reads, and calls what was expected by this name if not a character of it was there. */
  named<T>(name: string, read: () => T | undefined): T | undefined {
    const start = this.#position;
    const before = this.#forget();
    const value = read();
    if (this.#position === start) {
      const failure = this.#failure;
      if (failure !== undefined) this.#failure = { kind: "named", at: failure.at, name, failure };
      this.#remember(before);
    }
    return value;
  }

  /** Whether there may be no level below this one, which is then the failure. */
  isTooDeep(depth: number): boolean {
    if (depth < MAX_DEPTH) return false;
    this.refuse(`nested more than ${MAX_DEPTH} levels deep`);
    return true;
  }

  /** Reads one level deeper. */
  nested<T>(read: () => T | undefined): T | undefined {
    if (this.isTooDeep(this.#depth)) return undefined;
    this.#depth += 1;
    const value = read();
    this.#depth -= 1;
    return value;
  }

  #note(failure: Failure): void {
    this.#failure = mergeFailures(this.#failure, failure);
  }

  #forget(): Failure | undefined {
    const failure = this.#failure;
    this.#failure = undefined;
    return failure;
  }

  #remember(before: Failure | undefined): void {
    if (before === undefined) return;
    this.#failure = this.#failure === undefined ? before : mergeFailures(before, this.#failure);
  }

  #lengthInCommon(wanted: string): number {
    let length = 0;
    while (length < wanted.length && this.text[this.#position + length] === wanted[length]) {
      length += 1;
    }
    return length;
  }
}
