import type { PlanShape } from "./telemetry/plan-shape.ts";

/**
 * What happens behind the statements: the option `observe` of {@link connect} is told. Nothing of it holds a secret, a
 * statement's values or a row's.
 *
 * @example
 * import { connect, type DatabaseObservation } from "@offramp/db";
 *
 * const observe = (observation: DatabaseObservation): void => {
 *   if (observation.kind === "secretRefreshFailed") console.error(observation.error.message);
 * };
 * console.log(connect({ secretId: "clinic/database", observe }).description);
 */
export type DatabaseObservation =
  /** The secret was fetched again. `changed`: it holds other credentials than before. */
  | { readonly kind: "secretRefreshed"; readonly secretId: string; readonly changed: boolean }
  /** The secret that is known stays in use. */
  | { readonly kind: "secretRefreshFailed"; readonly secretId: string; readonly error: Error }
  /** A server that was there cannot be reached. Who needs it waits. */
  | { readonly kind: "outageBegan"; readonly error: Error }
  | { readonly kind: "outageEnded"; readonly durationMs: number }
  /**
   * A statement took at least `slowStatementMs` of the server's time, wherever it ran: by itself, in a transaction, on a
   * reserved connection, on a replica. `text` has `$1` in the place of values, `?` in the place of literals, and no
   * comments; `summary` is its operations and tables, such as `SELECT profiles`.
   */
  | {
      readonly kind: "slowStatement";
      readonly text: string;
      readonly summary: string;
      readonly durationMs: number;
      readonly rows: number;
    }
  /** With `explainSlow`, how PostgreSQL plans such a statement, or why that is not known. */
  | {
      readonly kind: "slowStatementPlan";
      readonly text: string;
      readonly summary: string;
      readonly plan?: PlanShape;
      readonly problem?: string;
    }
  /** Reads go elsewhere until it is back. */
  | { readonly kind: "replicaLeftOut"; readonly replica: string; readonly why: string }
  | { readonly kind: "replicaBack"; readonly replica: string }
  /** Work that changes nothing, or had not been sent, is done again. */
  | { readonly kind: "repeated"; readonly attempt: number; readonly error: Error };

export type Observe = (observation: DatabaseObservation) => void;

/** An exception of the observer is its owner's to see, and no statement's to fail with: it is thrown outside of any. */
export function toldLater(observe: Observe | undefined): Observe {
  if (observe === undefined) return () => undefined;
  return (observation) => queueMicrotask(() => observe(observation));
}
