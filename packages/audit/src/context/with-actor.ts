import { AsyncLocalStorage } from "node:async_hooks";
import { type Actor, type CheckedActor, checkedActor } from "./actor.ts";

/** The same key in every copy of this package, whether loaded as ESM or CJS, so that all share one store. */
const storeKey: unique symbol = Symbol.for("offramp.audit.context");

function store(): AsyncLocalStorage<CheckedActor> {
  const place = globalThis as { [storeKey]?: AsyncLocalStorage<CheckedActor> };
  return (place[storeKey] ??= new AsyncLocalStorage<CheckedActor>());
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    (typeof value === "object" || typeof value === "function") &&
    value !== null &&
    typeof (value as { readonly then?: unknown }).then === "function"
  );
}

/**
 * Runs `work` so that every access to PHI inside it, across `await`, timers and callbacks, is recorded under `actor`.
 *
 * An inner `withActor` replaces the outer actor wholly: no field is inherited, so a record never mixes two people.
 *
 * Returns what `work` returns. A query that `work` returns without awaiting it is started here, inside the context;
 * without that it would run where the caller awaits it, under no actor. A generator or stream that `work` returns is
 * consumed outside: read it inside `work` instead.
 *
 * @throws {TypeError} the actor has no id, or one of its fields is not a string, or the purpose of use is no code.
 *
 * @example
 * ```ts
 * import { currentActor, withActor } from "@offramp/audit";
 *
 * const seen: string | undefined = await withActor(
 *   { id: "u-17", role: "clinician", purposeOfUse: "TREAT", ip: "192.0.2.7", requestId: "r-1" },
 *   async () => currentActor()?.id,
 * );
 * console.log(seen); // u-17
 * ```
 */
export function withActor<T>(actor: Actor, work: () => PromiseLike<T>): Promise<T>;
export function withActor<T>(actor: Actor, work: () => T): T;
export function withActor(actor: Actor, work: () => unknown): unknown {
  return store().run(checkedActor(actor), () => {
    const result = work();
    if (result instanceof Promise || !isThenable(result)) return result;
    return new Promise((resolve, reject) => {
      result.then(resolve, reject);
    });
  });
}

/**
 * The actor under whom the code runs, or `undefined` outside every {@link withActor}. Frozen.
 *
 * @example
 * ```ts
 * import { currentActor } from "@offramp/audit";
 *
 * console.log(currentActor()?.id ?? "nobody");
 * ```
 */
export function currentActor(): CheckedActor | undefined {
  return store().getStore();
}
