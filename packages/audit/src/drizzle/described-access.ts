import type { CheckedActor } from "../context/actor.ts";
import type { DeclaredAccess } from "../context/declared-access.ts";
import { currentActor } from "../context/with-actor.ts";
import type { Origin } from "./origin.ts";
import type { PhiMap } from "./phi-map.ts";
import { Touched } from "./touched.ts";

/** What the record of a statement says before it has run. */
export interface DescribedAccess {
  readonly action: DeclaredAccess["action"];
  readonly relations: readonly string[];
  readonly columns: readonly string[];
  /** Who called it. A record of what a transaction showed is written when another may be acting, or nobody. */
  readonly actor: CheckedActor | undefined;
  /** Undefined for a declared access. */
  readonly touched?: Touched;
  readonly declared?: DeclaredAccess;
}

const ACTION = {
  select: "READ",
  relational: "READ",
  insert: "CREATE",
  update: "UPDATE",
  delete: "DELETE",
  refresh: "EXECUTE",
} as const satisfies Record<Origin["kind"], DeclaredAccess["action"]>;

/**
 * What a statement touches of the PHI; undefined when it touches none.
 *
 * @throws {UndeclaredAccessError} it cannot be understood, and nothing is declared.
 */
export function describeAccess(
  map: PhiMap,
  origin: Origin | undefined,
  declared: DeclaredAccess | undefined,
): DescribedAccess | undefined {
  const touched = new Touched(map);
  if (origin !== undefined) touched.origin(origin);
  if (origin === undefined || touched.hidden) {
    if (declared === undefined) throw new UndeclaredAccessError(origin === undefined);
    const { action, relations, columns = [] } = declared;
    return { action, relations, columns, actor: currentActor(), declared };
  }
  const { columns } = touched;
  if (columns.size === 0) return undefined;
  const relations = [...columns.keys()].map(({ schema, name }) => `${schema}.${name}`);
  return {
    action: ACTION[origin.kind],
    relations: relations.toSorted(),
    columns: [...columns]
      .flatMap(([{ schema, name }, touchedColumns]) =>
        [...touchedColumns].map((column) => `${schema}.${name}.${column}`),
      )
      .toSorted(),
    actor: currentActor(),
    touched,
  };
}

/**
 * A statement was refused because nobody can tell what it reads.
 *
 * @example
 * ```ts
 * import { UndeclaredAccessError } from "@offramp/audit/drizzle";
 *
 * export function isUndeclared(error: unknown): boolean {
 *   return error instanceof UndeclaredAccessError;
 * }
 * ```
 */
export class UndeclaredAccessError extends Error {
  override readonly name = "UndeclaredAccessError";
  readonly code = "OFFRAMP_UNDECLARED_ACCESS";

  constructor(raw: boolean) {
    const what = raw
      ? "SQL written by hand"
      : "a part written by hand that holds a query, a function of the database's own, or a change";
    super(
      `auditedDrizzle: this statement was not run. It is ${what}, so which PHI it touches cannot be told. ` +
        "Say it with trail.declare({ action, relations, … }, () => …), or write it with Drizzle's builders.",
    );
  }
}
