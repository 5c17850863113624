import { sendCancelRequest } from "./cancel-request.ts";
import type { DriverQuery } from "./driver-query.ts";
import type { Target } from "./target.ts";

/** A statement that was given to a connection and has not ended. */
export interface Turn {
  readonly query: DriverQuery;
  readonly reject: (error: Error) => void;
  cancelWanted: boolean;
  /** Called when it has ended. */
  onEnded: (() => void) | undefined;
}

const CANCEL_AGAIN_AFTER_MS = 200;

/** The statements of one connection, in the order in which the server runs them; the first one runs. */
export class StatementTurns {
  readonly #target: Target;
  readonly #onNotCancelled: (error: unknown) => void;
  readonly #turns: Turn[] = [];
  readonly #whenSettled: (() => void)[] = [];
  #cancelling: Promise<void> | undefined;
  /** When the statement that runs now had its turn. */
  #turnBegan = 0;

  /** `onNotCancelled` is told when a cancel request could not be sent: the statement runs on. */
  constructor(target: Target, onNotCancelled: (error: unknown) => void) {
    this.#target = target;
    this.#onNotCancelled = onNotCancelled;
  }

  /** What runs now. */
  get running(): DriverQuery | undefined {
    return this.#turns[0]?.query;
  }

  /** While a cancel request is on its way, which could hit the next statement: resolves when it has arrived. */
  get cancelling(): Promise<void> | undefined {
    return this.#cancelling;
  }

  /** How long the statement that runs now has had its turn, in milliseconds; 0 when nothing runs. */
  get runningMs(): number {
    return this.#turns.length === 0 ? 0 : performance.now() - this.#turnBegan;
  }

  add(turn: Turn): void {
    if (this.#turns.push(turn) === 1) this.#turnBegan = performance.now();
  }

  /** The turn goes to the next statement. Returns for how many milliseconds this one had it. */
  pass(): number {
    const now = performance.now();
    const durationMs = now - this.#turnBegan;
    this.#turnBegan = now;
    return durationMs;
  }

  settle(turn: Turn): void {
    const index = this.#turns.indexOf(turn);
    if (index === 0) this.#turns.shift();
    else if (index !== -1) this.#turns.splice(index, 1);
    turn.onEnded?.();
    const next = this.#turns[0];
    if (next === undefined) this.#announceSettled();
    else if (next.cancelWanted) this.#startCancelling(next);
  }

  /** Resolves when every statement given so far has ended, however it ended. */
  async settled(): Promise<void> {
    if (this.#turns.length > 0) await new Promise<void>((resolve) => this.#whenSettled.push(resolve));
  }

  rejectAll(reason: Error): void {
    for (const turn of this.#turns.splice(0)) {
      turn.reject(reason);
      turn.onEnded?.();
    }
    this.#announceSettled();
  }

  cancel(turn: Turn): void {
    turn.cancelWanted = true;
    // A cancel request hits whatever runs, so a statement that waits behind others has to wait for its turn.
    if (this.#turns[0] === turn) this.#startCancelling(turn);
  }

  #announceSettled(): void {
    for (const resolve of this.#whenSettled.splice(0)) resolve();
  }

  #startCancelling(turn: Turn): void {
    const previous = this.#cancelling ?? Promise.resolve();
    const current = previous
      .then(() => this.#keepCancelling(turn))
      .finally(() => {
        if (this.#cancelling === current) this.#cancelling = undefined;
      });
    this.#cancelling = current;
  }

  async #keepCancelling(turn: Turn): Promise<void> {
    // A request that arrives before its statement has no effect, so it is repeated until the statement has ended.
    while (this.#turns[0] === turn) {
      try {
        const key = turn.query.state;
        if (key !== null) await sendCancelRequest(this.#target, key);
      } catch (error) {
        this.#onNotCancelled(error);
        return;
      }
      await endOrDelay(turn);
    }
  }
}

async function endOrDelay(turn: Turn): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const delay = new Promise<void>((resolve) => (timer = setTimeout(resolve, CANCEL_AGAIN_AFTER_MS)));
  const end = new Promise<void>((resolve) => (turn.onEnded = resolve));
  await Promise.race([end, delay]);
  clearTimeout(timer);
}
