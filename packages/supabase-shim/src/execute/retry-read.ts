import { setTimeout as delay } from "node:timers/promises";

/** Milliseconds before the second, third and fourth attempt: those of supabase-js. */
const WAITS = [1_000, 2_000, 4_000] as const;

/** What is tried again, and when not. */
export interface RepeatedRead<Outcome> {
  /** The outcome of the first attempt. */
  readonly first: Outcome;
  readonly attempt: () => Promise<Outcome>;
  /** Whether another attempt may have another outcome. */
  readonly isPassing: (outcome: Outcome) => boolean;
  /** Ends the waiting; the last attempt then says that it was aborted. */
  readonly signal: AbortSignal | undefined;
}

/** A read that failed because the database could not be reached, tried up to three times more. */
export async function retryRead<Outcome>(read: RepeatedRead<Outcome>): Promise<Outcome> {
  let outcome = read.first;
  for (const wait of WAITS) {
    if (!read.isPassing(outcome)) return outcome;
    if (!(await waited(wait, read.signal))) return read.attempt();
    outcome = await read.attempt();
  }
  return outcome;
}

async function waited(milliseconds: number, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await delay(milliseconds, undefined, signal === undefined ? {} : { signal });
    return true;
  } catch {
    return false;
  }
}
