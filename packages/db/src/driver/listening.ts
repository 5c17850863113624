import { ServerError } from "../errors/server-error.ts";
import type { Listener } from "../port.ts";
import { quoteIdentifier } from "../quote-identifier.ts";
import { closed } from "./connection-failure.ts";
import type { ServerConnection } from "./server-connection.ts";

export interface Subscription {
  readonly channel: string;
  readonly onNotify: (payload: string) => void;
  readonly onReady: (() => void) | undefined;
}

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 10_000;

/**
 * All subscriptions of a database, on one connection outside the pool. When that connection
 * breaks, it is opened again for as long as there is a subscription. Notifications sent in the
 * meantime are lost: that is why `onReady` runs at each connection.
 */
export class Listening {
  readonly #open: () => Promise<ServerConnection>;
  readonly #subscriptions = new Set<Subscription>();
  readonly #unreferenced = new Set<Subscription>();
  #connection: Promise<ServerConnection> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(open: () => Promise<ServerConnection>) {
    this.#open = open;
  }

  /** Resolves when the server has confirmed LISTEN. */
  async add(subscription: Subscription): Promise<Listener> {
    if (this.#closed) throw closed();
    const text = `listen ${quoteIdentifier(subscription.channel)}`;
    this.#subscriptions.add(subscription);
    try {
      const connection = await this.#connect();
      await connection.run({ text });
    } catch (error) {
      await this.#remove(subscription);
      throw error;
    }
    this.#reference();
    subscription.onReady?.();
    return {
      unlisten: () => this.#remove(subscription),
      unref: () => {
        this.#unreferenced.add(subscription);
        this.#reference();
      },
    };
  }

  /** Within `timeoutMs`: a connection that is still being opened is then left to close when it is open. */
  async close(timeoutMs: number): Promise<void> {
    this.#closed = true;
    this.#subscriptions.clear();
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, timeoutMs)));
    await Promise.race([this.#hangUp(), patience]);
    clearTimeout(timer);
  }

  #connect(): Promise<ServerConnection> {
    this.#connection ??= this.#open().then((connection) => {
      connection.onNotify = (channel, payload) => this.#notify(channel, payload);
      connection.onLost = () => this.#lost();
      return connection;
    });
    this.#connection.catch(() => (this.#connection = undefined));
    return this.#connection;
  }

  #notify(channel: string, payload: string): void {
    for (const subscription of this.#subscriptions) {
      if (subscription.channel !== channel) continue;
      // Not inside the driver, which would take an exception of the callback for one of its own.
      queueMicrotask(() => subscription.onNotify(payload));
    }
  }

  #lost(): void {
    this.#connection = undefined;
    if (this.#subscriptions.size > 0) this.#reconnectAfter(FIRST_RETRY_MS);
  }

  #reconnectAfter(delayMs: number): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#reconnect(delayMs), delayMs);
    if (!this.#keepsRunning()) this.#retry.unref();
  }

  async #reconnect(delayMs: number): Promise<void> {
    if (this.#subscriptions.size === 0) return;
    const subscriptions = [...this.#subscriptions];
    try {
      const connection = await this.#connect();
      const channels = new Set(subscriptions.map(({ channel }) => channel));
      await Promise.all(
        [...channels].map((channel) => connection.run({ text: `listen ${quoteIdentifier(channel)}` })),
      );
    } catch (error) {
      // A server that answers but refuses LISTEN would refuse it again; the next attempt is as late as allowed.
      const next = error instanceof ServerError ? LAST_RETRY_MS : Math.min(delayMs * 2, LAST_RETRY_MS);
      if (!this.#closed) this.#reconnectAfter(next);
      return;
    }
    this.#reference();
    for (const subscription of subscriptions) {
      if (this.#subscriptions.has(subscription)) subscription.onReady?.();
    }
  }

  async #remove(subscription: Subscription): Promise<void> {
    this.#unreferenced.delete(subscription);
    if (!this.#subscriptions.delete(subscription)) return;
    if (this.#subscriptions.size === 0) return this.#hangUp();
    this.#reference();
    const stillWanted = [...this.#subscriptions].some(({ channel }) => channel === subscription.channel);
    if (stillWanted || this.#connection === undefined) return;
    const connection = await this.#connection;
    if (connection.usable)
      await connection.run({ text: `unlisten ${quoteIdentifier(subscription.channel)}` });
  }

  async #hangUp(): Promise<void> {
    clearTimeout(this.#retry);
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection === undefined) return;
    const open = await connection.catch(() => undefined);
    if (open === undefined) return;
    open.onLost = undefined;
    await open.close();
  }

  #keepsRunning(): boolean {
    return [...this.#subscriptions].some((subscription) => !this.#unreferenced.has(subscription));
  }

  #reference(): void {
    const keep = this.#keepsRunning();
    void this.#connection?.then(
      (connection) => (keep ? connection.ref() : connection.unref()),
      () => undefined,
    );
  }
}
