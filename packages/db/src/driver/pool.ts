import { ConnectionError } from "../errors/connection-error.ts";
import type { PoolGauges } from "../port.ts";
import type { Observe } from "../observation.ts";
import type { PoolMetrics } from "../telemetry/pool-metrics.ts";
import { Circuit } from "./circuit.ts";
import { closed, cutByClose } from "./connection-failure.ts";
import { IdleConnections } from "./idle-connections.ts";
import type { ServerConnection } from "./server-connection.ts";
import { cancelledBeforeSent } from "./server-failure.ts";
import { ALONE, type Sharing, WHEN_BUSY } from "./sharing.ts";
import { WaitingLine } from "./waiting-line.ts";

export interface PoolLimits {
  readonly max: number;
  readonly idleTimeoutMs: number;
  readonly maxLifetimeMs: number;
  readonly acquireTimeoutMs: number;
  /** How long a server that went away is waited for. */
  readonly retryWithinMs: number;
  /** A connection that has been idle for longer is asked before it is used. */
  readonly pingAfterMs: number;
  /** Statements that take as long are told of. */
  readonly slowMs: number;
  /** How often at most the plan of the same slow statement is asked for; undefined: never. */
  readonly explainSlowEveryMs: number | undefined;
}

const PING_TIMEOUT_MS = 2_000;

/** How many brief statements may be under way on one connection, whatever they are; {@link Sharing} may allow more. */
const SHARED_BY = 4;

/** Connections that are put to use before others than idle ones are taken: servers work on several at a time. */
const AT_WORK = 4;

/** What has run for longer, in milliseconds, may be waiting for something, and nobody is sent behind it without need. */
const STALLED_MS = 10;

/**
 * Hands out connections, first come first served, and opens new ones as long as there are fewer than `max`. When all are
 * in use, those who run brief statements share them: a statement is sent behind another one, without waiting for its
 * answer. Both sides then work through several at a time instead of waking up for each. Those who wait for nobody's locks
 * do so already when a few connections are in use: a session is woken up only when the others cannot answer soon.
 */
export class Pool {
  readonly #open: () => Promise<ServerConnection>;
  readonly #limits: PoolLimits;
  readonly #idle: IdleConnections;
  /** How many use each connection that is in use. */
  readonly #users = new Map<ServerConnection, number>();
  /** Those whose users all run brief statements. */
  readonly #shared = new Set<ServerConnection>();
  /** Those of the shared whose users all wait for nobody's locks. */
  readonly #lockFree = new Set<ServerConnection>();
  readonly #waiting: WaitingLine;
  readonly #circuit: Circuit;
  /** Set where somebody collects them. */
  metrics: PoolMetrics | undefined;
  /** With metrics: since when each connection is in use. */
  readonly #usedSince = new WeakMap<ServerConnection, number>();
  #nextAttempt: NodeJS.Timeout | undefined;
  #sawPrimary = false;
  #opening = 0;
  #closed = false;
  #onDrained: (() => void) | undefined;

  constructor(open: () => Promise<ServerConnection>, limits: PoolLimits, observe: Observe) {
    this.#open = open;
    this.#limits = limits;
    this.#waiting = new WaitingLine(limits.acquireTimeoutMs, () => {
      this.metrics?.timedOut();
      return this.#circuit.problem ?? this.#allBusy();
    });
    this.#circuit = new Circuit(limits.retryWithinMs, observe);
    this.#idle = new IdleConnections(limits.idleTimeoutMs);
  }

  /** A connection for the caller alone, until {@link release}. */
  acquire(signal?: AbortSignal): Promise<ServerConnection> {
    if (this.#closed) return Promise.reject(closed());
    if (signal?.aborted === true) return Promise.reject(cancelledBeforeSent());
    const connection = this.take(ALONE);
    return connection === undefined ? this.wait(ALONE, signal) : Promise.resolve(connection);
  }

  /** A connection at once, where there is one: an idle one, or as `sharing` says one that others use. */
  take(sharing: Sharing): ServerConnection | undefined {
    const connection = this.#takeNow(sharing);
    if (this.metrics !== undefined && connection !== undefined) this.metrics.waited(0);
    return connection;
  }

  #takeNow(sharing: Sharing): ServerConnection | undefined {
    if (this.#closed || this.#waiting.length > 0) return undefined;
    const soon = this.#users.size < AT_WORK ? undefined : this.#soonFor(sharing);
    if (soon !== undefined) return this.#use(soon, sharing);
    for (let idle = this.#idle.take(); idle !== undefined; idle = this.#idle.take()) {
      if (this.#expired(idle)) this.#discard(idle);
      else if (Date.now() - idle.idleSince < this.#limits.pingAfterMs) return this.#use(idle, sharing);
      else {
        // Who comes waits for its answer, or for a new one.
        this.#ping(idle);
        return undefined;
      }
    }
    const busy = this.#busyFor(sharing);
    return busy === undefined ? undefined : this.#use(busy, sharing);
  }

  get gauges(): PoolGauges {
    return {
      open: this.#users.size + this.#idle.size,
      idle: this.#idle.size,
      opening: this.#opening,
      waiting: this.#waiting.length,
      max: this.#limits.max,
    };
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** A standby took the place of the primary that this pool has known. */
  isDemoted(connection: ServerConnection): boolean {
    return this.#sawPrimary && connection.standby;
  }

  wait(sharing: Sharing, signal: AbortSignal | undefined): Promise<ServerConnection> {
    if (this.#closed) return Promise.reject(closed());
    if (signal?.aborted === true) return Promise.reject(cancelledBeforeSent());
    // Who comes when all have given up is told at once; one of them makes an attempt now and then.
    if (this.#circuit.givenUp && this.#circuit.restMs > 0) return Promise.reject(this.#circuit.problem);
    const turn = this.#waiting.join(sharing, signal);
    const since = performance.now();
    this.#openForWaiters();
    return this.metrics === undefined ? turn : this.#measured(turn, since);
  }

  /** Takes a connection back. Nothing of this user's may be running on it, and no transaction be open. */
  release(connection: ServerConnection): void {
    const users = this.#users.get(connection);
    if (users === undefined) return;
    if (users > 1) {
      this.#users.set(connection, users - 1);
      this.#shareWithWaiters();
      return;
    }
    this.#users.delete(connection);
    this.#shared.delete(connection);
    this.#lockFree.delete(connection);
    if (this.metrics !== undefined) this.#tellUse(connection);
    this.#keep(connection);
    this.#shareWithWaiters();
    this.#drained();
  }

  /** Gives busy connections `timeoutMs` to come back, then cuts them. */
  async close(timeoutMs: number): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#nextAttempt);
    this.#waiting.rejectAll(closed());
    this.metrics?.stop();
    const farewells = this.#idle.takeAll().map((connection) => connection.close());
    if (this.#users.size + this.#opening > 0) await this.#drain(timeoutMs);
    farewells.push(...[...this.#users.keys()].map((connection) => connection.abandon(cutByClose())));
    this.#users.clear();
    this.#shared.clear();
    this.#lockFree.clear();
    await Promise.all(farewells);
  }

  /** The network may have forgotten it, or the process been frozen and thawed. */
  #ping(connection: ServerConnection): void {
    this.#opening += 1;
    void connection.answers(PING_TIMEOUT_MS).then((alive) => {
      this.#opening -= 1;
      if (!alive || this.#closed) this.#discard(connection);
      else this.#offer(connection);
      this.#openForWaiters();
      this.#drained();
    });
  }

  #use(connection: ServerConnection, sharing: Sharing): ServerConnection {
    const users = this.#users.get(connection) ?? 0;
    if (users === 0 && this.metrics !== undefined) this.#usedSince.set(connection, performance.now());
    this.#users.set(connection, users + 1);
    const onlyLockFree = sharing > WHEN_BUSY && (users === 0 || this.#lockFree.has(connection));
    // Among equals the one whose turn is longest ago: who shares is not tied to one that the server neglects.
    if (sharing !== ALONE) moveToEnd(this.#shared, connection);
    if (onlyLockFree) moveToEnd(this.#lockFree, connection);
    else this.#lockFree.delete(connection);
    return connection;
  }

  async #measured(turn: Promise<ServerConnection>, since: number): Promise<ServerConnection> {
    const connection = await turn;
    this.metrics?.waited(performance.now() - since);
    return connection;
  }

  #tellUse(connection: ServerConnection): void {
    const since = this.#usedSince.get(connection);
    if (since !== undefined) this.metrics?.used(performance.now() - since);
    this.#usedSince.delete(connection);
  }

  /** One that answers soon whoever waits for nobody's locks. */
  #soonFor(sharing: Sharing): ServerConnection | undefined {
    return sharing > WHEN_BUSY ? this.#leastUsed(this.#lockFree, sharing, STALLED_MS) : undefined;
  }

  /** One that others use, where all are in use. */
  #busyFor(sharing: Sharing): ServerConnection | undefined {
    if (sharing === ALONE || this.#size() < this.#limits.max) return undefined;
    return this.#leastUsed(this.#shared, SHARED_BY - 1) ?? this.#soonFor(sharing);
  }

  /** The one with the fewest users, at most so many, on which nothing runs for longer than `stalledMs`. */
  #leastUsed(
    among: ReadonlySet<ServerConnection>,
    most: number,
    stalledMs?: number,
  ): ServerConnection | undefined {
    let least: ServerConnection | undefined;
    let fewest = most + 1;
    for (const connection of among) {
      const users = this.#users.get(connection) ?? 0;
      // Its users would follow each other for ever, and it could not end.
      if (users >= fewest || this.#expired(connection)) continue;
      if (stalledMs !== undefined && connection.runningMs > stalledMs) continue;
      least = connection;
      fewest = users;
    }
    return least;
  }

  /** A line that began while nothing could be shared would stay for ever: who leaves a connection joins its end. */
  #shareWithWaiters(): void {
    for (let waiter = this.#waiting.first; waiter !== undefined; waiter = this.#waiting.first) {
      const busy = this.#busyFor(waiter.sharing);
      if (busy === undefined) return;
      this.#waiting.next()?.resolve(this.#use(busy, waiter.sharing));
    }
  }

  #openForWaiters(): void {
    while (this.#wantsMore()) {
      this.#opening += 1;
      const since = performance.now();
      this.#open().then(
        (connection) => {
          this.#opening -= 1;
          this.metrics?.created(performance.now() - since);
          this.#circuit.succeeded();
          if (!connection.standby) this.#sawPrimary = true;
          connection.onLost = () => {
            this.#idle.forget(connection);
            this.#circuit.suspect();
          };
          // A new connection serves at least once, however short its life is meant to be.
          if (this.#closed) this.#discard(connection);
          else this.#offer(connection);
          this.#openForWaiters();
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

  #wantsMore(): boolean {
    if (this.#closed || this.#waiting.length === 0) return false;
    if (this.#circuit.restMs > 0) {
      this.#attemptLater();
      return false;
    }
    const wanted = Math.min(this.#waiting.length, this.#circuit.width);
    return this.#opening < wanted && this.#size() < this.#limits.max;
  }

  #couldNotOpen(error: unknown): void {
    // Those that the server did accept can serve everybody, one after the other.
    const full = error instanceof ConnectionError && error.problem === "too-many-connections";
    if (full && this.#size() > 0) return;
    if (this.#circuit.failed(error)) {
      this.#openForWaiters();
      return;
    }
    // Nobody else can serve the waiters, so each of them learns now what is wrong, not after its own attempt.
    if (this.#size() === 0) {
      this.#waiting.rejectAll(error);
      return;
    }
    this.#waiting.next()?.reject(error);
  }

  /** Its timer keeps the process running: somebody waits. */
  #attemptLater(): void {
    clearTimeout(this.#nextAttempt);
    this.#nextAttempt = setTimeout(() => this.#openForWaiters(), Math.ceil(this.#circuit.restMs));
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
    const waiter = this.#waiting.next();
    if (waiter === undefined) this.#idle.add(connection);
    else waiter.resolve(this.#use(connection, waiter.sharing));
  }

  #discard(connection: ServerConnection): void {
    void connection.close();
  }

  #expired(connection: ServerConnection): boolean {
    return !connection.usable || this.#isOld(connection);
  }

  #isOld({ openedAt, lifeShare }: ServerConnection): boolean {
    return Date.now() - openedAt > this.#limits.maxLifetimeMs * lifeShare;
  }

  #size(): number {
    return this.#users.size + this.#idle.size + this.#opening;
  }

  #drained(): void {
    if (this.#users.size + this.#opening === 0) this.#onDrained?.();
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

function moveToEnd<T>(set: Set<T>, member: T): void {
  set.delete(member);
  set.add(member);
}
