import type { ServerConnection } from "./server-connection.ts";

interface Idle {
  readonly connection: ServerConnection;
  readonly since: number;
}

/** Connections that wait for work; the last to come is the first to go. One timer closes those that waited too long. */
export class IdleConnections {
  readonly #timeoutMs: number;
  /** The one that has waited longest is the first. */
  readonly #idle: Idle[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  get size(): number {
    return this.#idle.length;
  }

  add(connection: ServerConnection): void {
    // While it is idle it does not keep the process running.
    connection.unref();
    connection.idleSince = Date.now();
    this.#idle.push({ connection, since: performance.now() });
    this.#watch();
  }

  take(): ServerConnection | undefined {
    const connection = this.#idle.pop()?.connection;
    connection?.ref();
    return connection;
  }

  takeAll(): readonly ServerConnection[] {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return this.#idle.splice(0).map(({ connection }) => connection);
  }

  forget(connection: ServerConnection): void {
    const index = this.#idle.findIndex((idle) => idle.connection === connection);
    if (index !== -1) this.#idle.splice(index, 1);
  }

  #watch(): void {
    const longest = this.#idle[0];
    if (this.#timer !== undefined || longest === undefined) return;
    const left = longest.since + this.#timeoutMs - performance.now();
    this.#timer = setTimeout(() => this.#closeExpired(), Math.max(1, left));
    this.#timer.unref();
  }

  #closeExpired(): void {
    this.#timer = undefined;
    const now = performance.now();
    for (let idle = this.#idle[0]; idle !== undefined; idle = this.#idle[0]) {
      if (now - idle.since < this.#timeoutMs) break;
      this.#idle.shift();
      void idle.connection.close();
    }
    this.#watch();
  }
}
