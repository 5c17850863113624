import { ConnectionError } from "../errors/connection-error.ts";
import { closed } from "./connection-failure.ts";
import type { ServerConnection } from "./server-connection.ts";
import { cancelledBeforeSent } from "./server-failure.ts";

export interface PoolLimits {
  readonly max: number;
  readonly idleTimeoutMs: number;
  readonly maxLifetimeMs: number;
  readonly acquireTimeoutMs: number;
}

interface Waiter {
  readonly resolve: (connection: ServerConnection) => void;
  readonly reject: (error: unknown) => void;
}

interface Idle {
  readonly connection: ServerConnection;
  readonly timer: NodeJS.Timeout;
}

/** Hands out connections, first come first served, and opens new ones as long as there are fewer than `max`. */
export class Pool {
  readonly #open: () => Promise<ServerConnection>;
  readonly #limits: PoolLimits;
  readonly #idle: Idle[] = [];
  readonly #busy = new Set<ServerConnection>();
  readonly #waiting: Waiter[] = [];
  #opening = 0;
  #closed = false;
  #onDrained: (() => void) | undefined;

  constructor(open: () => Promise<ServerConnection>, limits: PoolLimits) {
    this.#open = open;
    this.#limits = limits;
  }

  /** A connection for the caller alone, until {@link release}. */
  acquire(signal?: AbortSignal): Promise<ServerConnection> {
    if (this.#closed) return Promise.reject(closed());
    if (signal?.aborted === true) return Promise.reject(cancelledBeforeSent());
    const idle = this.#waiting.length === 0 ? this.#takeIdle() : undefined;
    if (idle !== undefined) return Promise.resolve(idle);
    return new Promise((resolve, reject) => {
      const leave = (error: unknown): void => {
        const index = this.#waiting.indexOf(waiter);
        if (index !== -1) this.#waiting.splice(index, 1);
        settle();
        reject(error);
      };
      const onAbort = (): void => leave(cancelledBeforeSent());
      const timer = setTimeout(() => leave(this.#allBusy()), this.#limits.acquireTimeoutMs);
      const settle = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
      };
      const waiter: Waiter = {
        resolve: (connection) => {
          settle();
          resolve(connection);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#waiting.push(waiter);
      this.#openForWaiters();
    });
  }

  /** Takes a connection back. Nothing may be running on it, and no transaction be open. */
  release(connection: ServerConnection): void {
    if (!this.#busy.delete(connection)) return;
    this.#keep(connection);
    this.#drained();
  }

  /** Gives busy connections `timeoutMs` to come back, then cuts them. */
  async close(timeoutMs: number): Promise<void> {
    this.#closed = true;
    for (const waiter of this.#waiting.splice(0)) waiter.reject(closed());
    const farewells = this.#idle.splice(0).map(({ connection, timer }) => {
      clearTimeout(timer);
      return connection.close();
    });
    if (this.#busy.size + this.#opening > 0) await this.#drain(timeoutMs);
    farewells.push(...[...this.#busy].map((connection) => connection.abandon(closed())));
    this.#busy.clear();
    await Promise.all(farewells);
  }

  #takeIdle(): ServerConnection | undefined {
    for (;;) {
      const idle = this.#idle.pop();
      if (idle === undefined) return undefined;
      clearTimeout(idle.timer);
      if (this.#expired(idle.connection)) {
        this.#discard(idle.connection);
        continue;
      }
      idle.connection.ref();
      this.#busy.add(idle.connection);
      return idle.connection;
    }
  }

  #openForWaiters(): void {
    while (!this.#closed && this.#opening < this.#waiting.length && this.#size() < this.#limits.max) {
      this.#opening += 1;
      this.#open().then(
        (connection) => {
          this.#opening -= 1;
          connection.onLost = () => this.#forget(connection);
          // A new connection serves at least once, however short its life is meant to be.
          if (this.#closed) this.#discard(connection);
          else this.#offer(connection);
          this.#drained();
        },
        (error: unknown) => {
          this.#opening -= 1;
          this.#couldNotOpen(error);
          this.#drained();
        },
      );
    }
  }

  #couldNotOpen(error: unknown): void {
    // Nobody else can serve the waiters, so each of them learns now what is wrong, not after its own attempt.
    if (this.#size() === 0) {
      for (const waiter of this.#waiting.splice(0)) waiter.reject(error);
      return;
    }
    // Those that the server did accept can serve everybody, one after the other.
    const full = error instanceof ConnectionError && error.problem === "too-many-connections";
    if (!full) this.#waiting.shift()?.reject(error);
  }

  /** Keeps a connection that came back, unless its time is over. */
  #keep(connection: ServerConnection): void {
    if (this.#closed || this.#expired(connection)) {
      this.#discard(connection);
      this.#openForWaiters();
      return;
    }
    this.#offer(connection);
  }

  /** Puts a connection to use: for the first who waits, else into the pool. */
  #offer(connection: ServerConnection): void {
    const waiter = this.#waiting.shift();
    if (waiter !== undefined) {
      connection.ref();
      this.#busy.add(connection);
      waiter.resolve(connection);
      return;
    }
    connection.unref();
    const timer = setTimeout(() => {
      this.#forget(connection);
      this.#discard(connection);
    }, this.#limits.idleTimeoutMs);
    timer.unref();
    this.#idle.push({ connection, timer });
  }

  #forget(connection: ServerConnection): void {
    const index = this.#idle.findIndex((idle) => idle.connection === connection);
    if (index === -1) return;
    clearTimeout(this.#idle[index]?.timer);
    this.#idle.splice(index, 1);
  }

  #discard(connection: ServerConnection): void {
    void connection.close();
  }

  #expired(connection: ServerConnection): boolean {
    return !connection.usable || Date.now() - connection.openedAt > this.#limits.maxLifetimeMs;
  }

  #size(): number {
    return this.#busy.size + this.#idle.length + this.#opening;
  }

  #drained(): void {
    if (this.#busy.size + this.#opening === 0) this.#onDrained?.();
  }

  async #drain(timeoutMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, timeoutMs)));
    await Promise.race([new Promise<void>((resolve) => (this.#onDrained = resolve)), patience]);
    clearTimeout(timer);
  }

  #allBusy(): ConnectionError {
    return new ConnectionError(
      "pool-exhausted",
      `no database connection became free within ${this.#limits.acquireTimeoutMs / 1000} s: all ${this.#limits.max} are in use. ` +
        'Look for statements and transactions that take long, or raise the option "max".',
    );
  }
}
