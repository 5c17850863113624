import type { CompiledPlan } from "./compile-plan.ts";
import { type ShapeKey, ShapeTrie } from "./shape-trie.ts";

/** How many shapes one pool keeps; an application has some hundreds. */
const DEFAULT_CAPACITY = 1000;

/** Calls after which a shape is worth a prepared statement on each connection. */
const HOT_AFTER = 3;

interface Entry {
  readonly key: ShapeKey;
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
  #byShape = new ShapeTrie<Entry>();
  readonly #entries = new Set<Entry>();
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

  get(
    key: ShapeKey,
    madeWith: object,
  ): { readonly compiled: CompiledPlan; readonly hot: boolean } | undefined {
    if (madeWith !== this.#madeWith) return undefined;
    const entry = this.#byShape.get(key);
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

  set(key: ShapeKey, madeWith: object, compiled: CompiledPlan): void {
    if (madeWith !== this.#madeWith) {
      this.#entries.clear();
      this.#byShape = new ShapeTrie();
      this.#madeWith = madeWith;
    }
    // Two calls of one shape may have been planned at the same time.
    const before = this.#byShape.get(key);
    if (before !== undefined) this.#entries.delete(before);
    const entry: Entry = { key, compiled, uses: 1, lastUse: (this.#uses += 1), hot: false };
    this.#byShape.set(key, entry);
    this.#entries.add(entry);
    if (this.#entries.size > this.#capacity) this.#forgetOldest();
  }

  /** A look at every entry, which costs less than the planning that made room necessary, and nothing at a hit. */
  #forgetOldest(): void {
    let oldest: Entry | undefined;
    for (const entry of this.#entries) {
      if (oldest === undefined || entry.lastUse < oldest.lastUse) oldest = entry;
    }
    if (oldest === undefined) return;
    this.#entries.delete(oldest);
    this.#byShape.delete(oldest.key);
  }
}
