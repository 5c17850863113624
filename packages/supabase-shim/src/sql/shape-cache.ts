import type { CompiledPlan } from "./compile-plan.ts";

/** How many shapes one pool keeps; an application has some hundreds. */
const DEFAULT_CAPACITY = 1000;

/** Calls after which a shape is worth a prepared statement on each connection. */
const HOT_AFTER = 3;

interface Entry {
  readonly compiled: CompiledPlan;
  uses: number;
  prepared: boolean;
}

/**
 * Compiled plans by request shape, least recently used out first. A new schema cache empties it.
 * It changes nothing but speed: `compilePlan` is the definition.
 */
export class ShapeCache {
  readonly #entries = new Map<string, Entry>();
  readonly #capacity: number;
  /** The schema cache that the plans were made with: another one makes them void. */
  #madeWith: object | undefined;
  #prepared = 0;

  constructor(capacity: number = DEFAULT_CAPACITY) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string, madeWith: object): { readonly compiled: CompiledPlan; readonly hot: boolean } | undefined {
    if (madeWith !== this.#madeWith) return undefined;
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    // Map keeps insertion order, so what was used last goes to the end.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    entry.uses += 1;
    // The driver never evicts a prepared statement, so the cache prepares at most `capacity` of them in its life.
    if (!entry.prepared && entry.uses >= HOT_AFTER && this.#prepared < this.#capacity) {
      entry.prepared = true;
      this.#prepared += 1;
    }
    return { compiled: entry.compiled, hot: entry.prepared };
  }

  set(key: string, madeWith: object, compiled: CompiledPlan): void {
    if (madeWith !== this.#madeWith) {
      this.#entries.clear();
      this.#madeWith = madeWith;
    }
    this.#entries.set(key, { compiled, uses: 1, prepared: false });
    if (this.#entries.size > this.#capacity) {
      const [oldest] = this.#entries.keys();
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
  }
}
