import type { QualifiedName } from "./qualified-name.ts";
import { compareText } from "./compare-text.ts";

export interface RoutineParameter {
  /** Empty for an unnamed parameter. */
  readonly name: string;
  /** The declared type, ready for SQL. */
  readonly type: string;
  /** The type that takes any length where the declared one would cut: `character varying` for `character`. */
  readonly lengthlessType: string;
  readonly required: boolean;
  readonly variadic: boolean;
}

export interface Routine extends QualifiedName {
  readonly parameters: readonly RoutineParameter[];
  readonly volatility: "volatile" | "stable" | "immutable";
  readonly returnsSet: boolean;
  /** Rows of a relation, a composite type or a domain over one, `TABLE` or OUT parameters; else a scalar. */
  readonly returnsComposite: boolean;
  readonly returnType: QualifiedName;
  /**
   * What the function sets for itself that only counts for a transaction or statement that is still to begin: its
   * timeout and isolation. PostgREST, "Function Settings".
   */
  readonly settings?: readonly (readonly [name: string, value: string])[];
}

export function returnsVoid(routine: Routine): boolean {
  return routine.returnType.schema === "pg_catalog" && routine.returnType.name === "void";
}

/** Overloads in the order in which PostgREST names them: fewest parameters first, then by the parameters' names and types. */
export function compareRoutines(a: Routine, b: Routine): number {
  const counts = a.parameters.length - b.parameters.length;
  if (counts !== 0) return counts;
  for (const [index, { name, type }] of a.parameters.entries()) {
    const other = b.parameters[index];
    if (other === undefined) return 1;
    const order = compareText(name, other.name) || compareText(type, other.type);
    if (order !== 0) return order;
  }
  return 0;
}
