import { ALONE, type Sharing, WHEN_BUSY } from "./sharing.ts";

/**
 * A statement that takes no longer than this on average is brief. Who waits behind one waits in the server instead of here;
 * it is measured where all connections are busy, so most of it is other statements' time on the same processors.
 */
const BRIEF_MS = 25;

/**
 * How long a statement may have to wait behind others although there are idle connections. Up to this it is the better
 * bargain: one process cannot keep many sessions busy with brief statements, and each that it wakes up costs both sides.
 */
const BEHIND_MS = 2;

/** The most that are under way on one connection while there are idle ones. */
const MOST_BEHIND = 7;

/** Times that a statement must have run before it can be called brief. */
const TIMES_SEEN = 8;

/** How much the last time weighs in the average: one second in a hundred times is not brief. */
const WEIGHT = 0.05;

/** What is quick is followed down at once and up slowly: what else the server does is not the statement's doing. */
const WEIGHT_OF_QUICKER = 0.2;
const WEIGHT_OF_SLOWER = 0.005;

/** Statements that are remembered; the oldest is forgotten first. */
const REMEMBERED = 2000;

interface Seen {
  times: number;
  averageMs: number;
  /** What it takes when it is quick, as when the server has nothing else to do. */
  quickMs: number;
}

/** How long prepared statements take, by their text, and so how they may share a connection. */
export class Pace {
  readonly #seen = new Map<string, Seen>();

  /** `lockFree`: it waits for no row that another transaction holds. */
  sharing(text: string, lockFree: boolean): Sharing {
    const seen = this.#seen.get(text);
    if (seen === undefined || seen.times < TIMES_SEEN || seen.averageMs > BRIEF_MS) return ALONE;
    return lockFree ? Math.min(MOST_BEHIND, Math.floor(BEHIND_MS / seen.quickMs)) : WHEN_BUSY;
  }

  took(text: string, ms: number): void {
    const seen = this.#seen.get(text);
    if (seen === undefined) {
      this.#seen.set(text, { times: 1, averageMs: ms, quickMs: ms });
      if (this.#seen.size > REMEMBERED) this.#seen.delete(this.#seen.keys().next().value ?? "");
      return;
    }
    seen.times += 1;
    seen.averageMs += (ms - seen.averageMs) * WEIGHT;
    seen.quickMs += (ms - seen.quickMs) * (ms < seen.quickMs ? WEIGHT_OF_QUICKER : WEIGHT_OF_SLOWER);
  }
}
