/**
 * A statement that takes no longer than this on average is brief. Who waits behind one waits in the server instead of here;
 * it is measured where all connections are busy, so most of it is other statements' time on the same processors.
 */
const BRIEF_MS = 25;

/** Times that a statement must have run before it can be called brief. */
const TIMES_SEEN = 8;

/** How much the last time weighs in the average: one second in a hundred times is not brief. */
const WEIGHT = 0.05;

/** Statements that are remembered; the oldest is forgotten first. */
const REMEMBERED = 2000;

interface Seen {
  times: number;
  averageMs: number;
}

/** How long prepared statements take, by their text: another one may be sent behind a brief one without waiting for it. */
export class Pace {
  readonly #seen = new Map<string, Seen>();

  isBrief(text: string): boolean {
    const seen = this.#seen.get(text);
    return seen !== undefined && seen.times >= TIMES_SEEN && seen.averageMs <= BRIEF_MS;
  }

  took(text: string, ms: number): void {
    const seen = this.#seen.get(text);
    if (seen === undefined) {
      this.#seen.set(text, { times: 1, averageMs: ms });
      if (this.#seen.size > REMEMBERED) this.#seen.delete(this.#seen.keys().next().value ?? "");
      return;
    }
    seen.times += 1;
    seen.averageMs += (ms - seen.averageMs) * WEIGHT;
  }
}
