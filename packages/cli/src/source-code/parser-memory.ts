import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Characters of source whose trees, serialised outside of the heap, may wait to be collected: about 30 MB. */
const MOST_WAITING = 1_000_000;

let collect: (() => void) | undefined;
let waiting = 0;

/**
 * Notes that a text was parsed. The parser keeps each tree in memory that V8 does not count, so it would collect
 * nothing until there are gigabytes of it: every so often it is told to.
 */
export function noteParsed(characters: number): void {
  waiting += characters;
  if (waiting < MOST_WAITING) return;
  waiting = 0;
  collect ??= collector();
  collect();
}

function collector(): () => void {
  setFlagsFromString("--expose-gc");
  const gc: unknown = runInNewContext("gc");
  return typeof gc === "function" ? (gc as () => void) : () => undefined;
}
