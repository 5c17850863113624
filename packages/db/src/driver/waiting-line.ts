import type { ConnectionError } from "../errors/connection-error.ts";
import { cancelledBeforeSent } from "./server-failure.ts";
import type { ServerConnection } from "./server-connection.ts";
import type { Sharing } from "./sharing.ts";

/** Somebody who waits for a connection. */
export interface Waiter {
  /** Whether one that others use will do. */
  readonly sharing: Sharing;
  readonly resolve: (connection: ServerConnection) => void;
  readonly reject: (error: unknown) => void;
}

interface Place extends Waiter {
  readonly deadline: number;
  readonly signal: AbortSignal | undefined;
  readonly onAbort: (() => void) | undefined;
}

/** Those who wait for a connection, first come first served. One timer watches over all: the first is the first to be late. */
export class WaitingLine {
  readonly #places: Place[] = [];
  readonly #patienceMs: number;
  readonly #tooLate: () => ConnectionError;
  #timer: NodeJS.Timeout | undefined;

  constructor(patienceMs: number, tooLate: () => ConnectionError) {
    this.#patienceMs = patienceMs;
    this.#tooLate = tooLate;
  }

  get length(): number {
    return this.#places.length;
  }

  get first(): Waiter | undefined {
    return this.#places[0];
  }

  join(sharing: Sharing, signal: AbortSignal | undefined): Promise<ServerConnection> {
    return new Promise((resolve, reject) => {
      const onAbort =
        signal === undefined ? undefined : (): void => this.#leave(place, cancelledBeforeSent());
      const deadline = performance.now() + this.#patienceMs;
      const place: Place = { sharing, resolve, reject, deadline, signal, onAbort };
      if (onAbort !== undefined) signal?.addEventListener("abort", onAbort, { once: true });
      this.#places.push(place);
      this.#watch();
    });
  }

  /** The first in the line, who leaves it. */
  next(): Waiter | undefined {
    const place = this.#places.shift();
    if (place?.onAbort !== undefined) place.signal?.removeEventListener("abort", place.onAbort);
    return place;
  }

  rejectAll(error: unknown): void {
    for (let waiter = this.next(); waiter !== undefined; waiter = this.next()) waiter.reject(error);
  }

  #leave(place: Place, error: unknown): void {
    const index = this.#places.indexOf(place);
    if (index === -1) return;
    this.#places.splice(index, 1);
    place.reject(error);
  }

  #watch(): void {
    const first = this.#places[0];
    if (this.#timer !== undefined || first === undefined) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        const now = performance.now();
        // A timer may fire a little early.
        while (this.#places[0] !== undefined && this.#places[0].deadline <= now + 1)
          this.next()?.reject(this.#tooLate());
        this.#watch();
      },
      Math.max(1, first.deadline - performance.now()),
    );
    // It may outlive its waiters, and must not keep the process running; those who wait do by what they wait for.
    this.#timer.unref();
  }
}
