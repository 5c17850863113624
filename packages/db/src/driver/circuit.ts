import { ConnectionError, type ConnectionProblem } from "../errors/connection-error.ts";
import type { Observe } from "../observation.ts";
import { jittered } from "./jitter.ts";

/** Problems that pass by themselves: a restart, a failover, a network that is back in a moment. */
const PASSING: ReadonlySet<ConnectionProblem> = new Set([
  "unreachable",
  "timeout",
  "too-many-connections",
  "starting-up",
  "lost",
]);

const LONGEST_REST_MS = 2_000;
const WIDEST = 64;

/**
 * Says how a pool asks for a server that went away: one attempt at a time, with rests between them that grow; and when
 * it is back, one connection first, then two at a time, then four, so that many processes do not fall upon it at once.
 *
 * Only a server that was there is waited for. One that never was is more likely a wrong setting, which is told at once.
 */
export class Circuit {
  readonly #withinMs: number;
  readonly #observe: Observe;
  #reached = false;
  #problem: ConnectionError | undefined;
  #brokenAt = 0;
  #failures = 0;
  #restUntil = 0;
  #width = Number.POSITIVE_INFINITY;

  constructor(withinMs: number, observe: Observe) {
    this.#withinMs = withinMs;
    this.#observe = observe;
  }

  /** Why the server cannot be had now. */
  get problem(): ConnectionError | undefined {
    return this.#problem;
  }

  /** How many connections may be opened at a time. */
  get width(): number {
    return this.#width;
  }

  /** Milliseconds until the next attempt; 0 when it may be made now. */
  get restMs(): number {
    return this.#problem === undefined ? 0 : Math.max(0, this.#restUntil - performance.now());
  }

  /** The server has been away for longer than anybody should wait. */
  get givenUp(): boolean {
    return this.#problem !== undefined && performance.now() - this.#brokenAt >= this.#withinMs;
  }

  /** A connection was lost: the next one is opened alone, to see whether the server is there. */
  suspect(): void {
    this.#width = 1;
  }

  succeeded(): void {
    this.#reached = true;
    if (this.#problem !== undefined) {
      this.#observe({ kind: "outageEnded", durationMs: performance.now() - this.#brokenAt });
      this.#problem = undefined;
      this.#failures = 0;
    }
    this.#width = this.#width >= WIDEST ? Number.POSITIVE_INFINITY : this.#width * 2;
  }

  /** @returns true when those who wait may go on waiting. */
  failed(error: unknown): boolean {
    if (!(error instanceof ConnectionError) || !PASSING.has(error.problem)) return false;
    if (!this.#reached && error.problem !== "starting-up") return false;
    if (this.#problem === undefined) {
      this.#brokenAt = performance.now();
      this.#observe({ kind: "outageBegan", error });
    }
    // Attempts that were made together count once.
    if (this.restMs === 0) {
      this.#failures += 1;
      this.#restUntil = performance.now() + jittered(this.#failures, LONGEST_REST_MS);
    }
    this.#problem = error;
    this.#width = 1;
    return !this.givenUp;
  }
}
