import { AsyncLocalStorage } from "node:async_hooks";

/** When each database was last written to, in one piece of work. */
const contexts = new AsyncLocalStorage<WeakMap<object, number>>();

/**
 * Runs `work`, such as the handling of one request, as a context of its own for databases with replicas: its reads go to
 * the primary only while a replica may lack what the same context has written. Without it, the whole process is one
 * context, and a write anywhere keeps every read on the primary until a replica has caught up.
 *
 * @example
 * import { connect, withOwnWrites } from "@offramp/db";
 *
 * const db = connect({ url: "postgres://app@db.example.org/clinic", replicas: ["replica.example.org"] });
 * const handle = (): Promise<unknown> => db.query({ text: "select count(*) from profiles", readOnly: true });
 * console.log(await withOwnWrites(handle));
 */
export function withOwnWrites<T>(work: () => T): T {
  return contexts.run(new WeakMap(), work);
}

/** Remembers when a database was last written to: in the context, or else in the process. */
export class OwnWrites {
  #lastAt = Number.NEGATIVE_INFINITY;

  /** `performance.now()` at the end of the last write. */
  get lastAt(): number {
    const context = contexts.getStore();
    return context === undefined ? this.#lastAt : (context.get(this) ?? Number.NEGATIVE_INFINITY);
  }

  note(): void {
    const now = performance.now();
    contexts.getStore()?.set(this, now);
    this.#lastAt = now;
  }
}
