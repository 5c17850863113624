import { setTimeout as sleep } from "node:timers/promises";
import type { People } from "./people.ts";

/** What an application did with people, and what they must have now. */
export interface PeopleReport {
  readonly calls: number;
  /** Calls that failed, or that read something else than what was written. */
  readonly failures: readonly string[];
  readonly expected: ReadonlyMap<number, string>;
  readonly longestGapMs: number;
}

const WORKERS = 3;
const PAUSE_MS = 8;

/**
 * Inserts, updates, reads and finds by number while `work` goes on. Each worker has people of its own, so that what was
 * written last is known; `encrypted` says that those who are there already can be read.
 */
export async function workOn(
  people: People,
  given: { readonly rows: number; readonly encrypted: boolean },
  work: () => Promise<void>,
): Promise<PeopleReport> {
  const ended = new AbortController();
  const expected = new Map<number, string>(
    Array.from({ length: given.rows }, (_, n) => [n + 1, `person ${n + 1}`]),
  );
  const failures: string[] = [];
  let [calls, lastAnswer, longestGapMs] = [0, performance.now(), 0];
  const call = async <T>(running: Promise<T>): Promise<T> => {
    calls += 1;
    const result = await running;
    const now = performance.now();
    longestGapMs = Math.max(longestGapMs, now - lastAnswer);
    lastAnswer = now;
    return result;
  };
  const write = async (id: number, ssn: string, how: "insert" | "update"): Promise<void> => {
    await call(people[how](id, ssn));
    expected.set(id, ssn);
  };
  const check = async (id: number): Promise<void> => {
    const ssn = expected.get(id) ?? "";
    if ((await call(people.read(id))) !== ssn) failures.push(`row ${id} was read as something else`);
    if ((await call(people.find(ssn))) !== 1) failures.push(`row ${id} was not found by its number`);
  };
  const worker = async (number: number): Promise<void> => {
    for (let n = 0; !ended.signal.aborted; n += 1) {
      try {
        const own = given.rows + 1 + number + n * WORKERS;
        await write(own, `person ${own}`, "insert");
        await check(own);
        // One of those that the job goes over.
        const older = 1 + ((number + n * WORKERS * 7) % given.rows);
        if (older % WORKERS === number) {
          await write(older, `person ${older}, ${n}`, "update");
          await check(older);
        } else if (given.encrypted && n > 0) await check(own - WORKERS);
      } catch (error) {
        failures.push(
          error instanceof Error ? `${error.message} ${String(error.cause ?? "")}` : String(error),
        );
      }
      await sleep(Math.random() * PAUSE_MS);
    }
  };
  const workers = Array.from({ length: WORKERS }, (_, number) => worker(number));
  try {
    await work();
  } finally {
    ended.abort();
    await Promise.all(workers);
  }
  return { calls, failures, expected, longestGapMs };
}
