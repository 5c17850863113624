import type { CompiledPlan } from "./compile-plan.ts";

/** How many shapes one pool keeps; an application has some hundreds. */
const DEFAULT_CAPACITY = 1000;

/** Calls after which a shape is worth a prepared statement on each connection. */
const HOT_AFTER = 3;

interface Entry {
  readonly compiled: CompiledPlan;
  uses: number;
  /** The use of the whole cache, counted from its beginning, at which this entry was used last. */
  lastUse: number;
  hot: boolean;
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
  #uses = 0;

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
    entry.uses += 1;
    entry.lastUse = this.#uses += 1;
    // The driver never evicts a prepared statement, so the cache prepares at most `capacity` of them in its life.
    if (!entry.hot && entry.uses >= HOT_AFTER && this.#prepared < this.#capacity) {
      entry.hot = true;
      this.#prepared += 1;
    }
    return entry;
  }

  set(key: string, madeWith: object, compiled: CompiledPlan): void {
    if (madeWith !== this.#madeWith) {
      this.#entries.clear();
      this.#madeWith = madeWith;
    }
    this.#entries.set(key, { compiled, uses: 1, lastUse: (this.#uses += 1), hot: false });
    if (this.#entries.size > this.#capacity) this.#forgetOldest();
  }

  /** A look at every entry, which costs less than the planning that made room necessary, and nothing at a hit. */
  #forgetOldest(): void {
    let oldest: string | undefined;
    let lastUse = Infinity;
    for (const [key, entry] of this.#entries) {
      if (entry.lastUse >= lastUse) continue;
      oldest = key;
      lastUse = entry.lastUse;
    }
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}
