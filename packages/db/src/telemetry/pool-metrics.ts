import type { Attributes, BatchObservableCallback, Histogram, Meter, Observable } from "@opentelemetry/api";
import type { PoolGauges } from "../port.ts";

/** Names of pools in use, because each must have its own. */
const names = new Set<string>();

/** What a pool tells OpenTelemetry of itself, by "Semantic conventions for database client metrics". */
export class PoolMetrics {
  readonly #attributes: Attributes;
  readonly #name: string;
  readonly #createTime: Histogram;
  readonly #waitTime: Histogram;
  readonly #useTime: Histogram;
  readonly #addTimeout: (amount: number, attributes: Attributes) => void;
  readonly #stop: () => void;

  /** @param place `host:port/database`: a pool's name, where it is the only one there. */
  constructor(meter: Meter, place: string, gauges: () => PoolGauges) {
    this.#name = freeName(place);
    this.#attributes = { "db.client.connection.pool.name": this.#name };
    const seconds = (what: string, description: string): Histogram =>
      meter.createHistogram(`db.client.connection.${what}`, { unit: "s", description });
    this.#createTime = seconds("create_time", "The time it took to create a new connection.");
    this.#waitTime = seconds("wait_time", "The time it took to obtain an open connection from the pool.");
    this.#useTime = seconds(
      "use_time",
      "The time between borrowing a connection and returning it to the pool.",
    );
    const timeouts = meter.createCounter("db.client.connection.timeouts", {
      unit: "{timeout}",
      description: "Waits for a connection that ended without one.",
    });
    this.#addTimeout = (amount, attributes) => timeouts.add(amount, attributes);
    this.#stop = this.#observe(meter, gauges);
  }

  created(milliseconds: number): void {
    this.#createTime.record(milliseconds / 1_000, this.#attributes);
  }

  waited(milliseconds: number): void {
    this.#waitTime.record(milliseconds / 1_000, this.#attributes);
  }

  used(milliseconds: number): void {
    this.#useTime.record(milliseconds / 1_000, this.#attributes);
  }

  timedOut(): void {
    this.#addTimeout(1, this.#attributes);
  }

  stop(): void {
    this.#stop();
    names.delete(this.#name);
  }

  /** Read when metrics are collected, so that they cost a statement nothing. */
  #observe(meter: Meter, gauges: () => PoolGauges): () => void {
    const upDown = (what: string, unit: string, description: string): Observable =>
      meter.createObservableUpDownCounter(`db.client.connection.${what}`, { unit, description });
    const count = upDown("count", "{connection}", "Connections in the state that the attribute says.");
    const idleMax = upDown("idle.max", "{connection}", "The most idle connections allowed.");
    const max = upDown("max", "{connection}", "The most connections allowed.");
    const pending = upDown("pending_requests", "{request}", "Calls that wait for a connection.");
    const callback: BatchObservableCallback = (result) => {
      const now = gauges();
      const state = (name: string): Attributes => ({
        ...this.#attributes,
        "db.client.connection.state": name,
      });
      result.observe(count, now.idle, state("idle"));
      result.observe(count, now.open - now.idle, state("used"));
      result.observe(idleMax, now.max, this.#attributes);
      result.observe(max, now.max, this.#attributes);
      result.observe(pending, now.waiting, this.#attributes);
    };
    const observables = [count, idleMax, max, pending];
    meter.addBatchObservableCallback(callback, observables);
    return () => meter.removeBatchObservableCallback(callback, observables);
  }
}

function freeName(place: string): string {
  let name = place;
  for (let number = 2; names.has(name); number += 1) name = `${place}#${number}`;
  names.add(name);
  return name;
}
