import { ConnectionError } from "../errors/connection-error.ts";
import { ServerError } from "../errors/server-error.ts";
import type { Observe } from "../observation.ts";
import { jittered } from "./jitter.ts";

const LONGEST_PAUSE_MS = 1_000;
const READ_ONLY_TRANSACTION = "25006";

/** What is known of work that failed. */
export interface FailedWork {
  /** It changes nothing, says the caller. */
  readonly readOnly: boolean;
  /** It went to a server that was the primary before. */
  readonly demoted: boolean;
  readonly signal: AbortSignal | undefined;
}

/**
 * Whether work may be sent again: it changes nothing, or it provably did not happen. Nothing is concluded from the text
 * of a statement.
 */
export function mayRepeat(error: unknown, { readOnly, demoted, signal }: FailedWork): boolean {
  if (signal?.aborted === true) return false;
  if (error instanceof ConnectionError)
    return error.problem === "lost" && (readOnly || error.outcome === "none");
  // A former primary refuses writes.
  return demoted && error instanceof ServerError && error.code === READ_ONLY_TRANSACTION;
}

/** The attempts of one piece of work, within a deadline. */
export class Repetition {
  readonly #until: number;
  readonly #observe: Observe;
  #attempts = 0;

  constructor(withinMs: number, observe: Observe) {
    this.#until = performance.now() + withinMs;
    this.#observe = observe;
  }

  /** Waits before the next attempt. At the deadline it throws `error` instead. */
  async pause(error: unknown): Promise<void> {
    this.#attempts += 1;
    const ms = jittered(this.#attempts, LONGEST_PAUSE_MS);
    if (performance.now() + ms > this.#until) throw error;
    this.#observe({ kind: "repeated", attempt: this.#attempts, error: error as Error });
    await new Promise((resolve) => setTimeout(resolve, ms));
  }
}
