import { AsyncLocalStorage } from "node:async_hooks";

/**
 * What a statement touches that nobody can read it off: SQL written by hand, or a function of the application's.
 *
 * @example
 * ```ts
 * import type { DeclaredAccess } from "@offramp/audit";
 *
 * const access: DeclaredAccess = {
 *   action: "READ",
 *   relations: ["public.profiles"],
 *   columns: ["public.profiles.full_name"],
 *   subjectColumn: "patient_id",
 * };
 * console.log(access.action);
 * ```
 */
export interface DeclaredAccess {
  readonly action: "READ" | "CREATE" | "UPDATE" | "DELETE" | "EXECUTE";
  /** As `schema.relation`. At least one. */
  readonly relations: readonly string[];
  /** The PHI columns, as `schema.relation.column`. */
  readonly columns?: readonly string[];
  /** The patients, where they are known beforehand. */
  readonly subjects?: readonly string[];
  /** The column of the rows that come back which names the patient of each. */
  readonly subjectColumn?: string;
}

/** The same key in every copy of this package, as for the actor. */
const storeKey: unique symbol = Symbol.for("offramp.audit.declared");

function store(): AsyncLocalStorage<DeclaredAccess> {
  const place = globalThis as { [storeKey]?: AsyncLocalStorage<DeclaredAccess> };
  return (place[storeKey] ??= new AsyncLocalStorage<DeclaredAccess>());
}

/**
 * Runs `work`; a statement in it that cannot be understood is recorded as the declaration says, in its own
 * transaction. What can be understood is recorded as what it is.
 *
 * @throws {TypeError} the declaration names no relation.
 *
 * @example
 * ```ts
 * import { declareAccess } from "@offramp/audit";
 *
 * const names: string[] = await declareAccess(
 *   { action: "READ", relations: ["public.profiles"], subjects: ["7d2f6b1e-0000-4000-8000-000000000000"] },
 *   async () => ["Ada"],
 * );
 * console.log(names);
 * ```
 */
export function declareAccess<T>(access: DeclaredAccess, work: () => PromiseLike<T>): Promise<T> {
  if (access.relations.length === 0) {
    throw new TypeError(
      "declareAccess: name at least one relation that the statement touches, as schema.relation",
    );
  }
  // Awaited inside: a query that is returned without being awaited runs here too.
  return store().run(Object.freeze({ ...access }), async () => await work());
}

/** What the code that runs has declared. */
export function declaredAccess(): DeclaredAccess | undefined {
  return store().getStore();
}
