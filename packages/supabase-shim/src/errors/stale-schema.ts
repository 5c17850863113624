import type { ExecuteError } from "./execute-error.ts";
import type { PlanError } from "./plan-error.ts";

/** Errors of planning that a newer schema cache may not have: a migration ran since it was loaded. */
export function mayBeStalePlan({ kind }: PlanError): boolean {
  return (
    kind === "unknownTable" ||
    kind === "unknownColumn" ||
    kind === "noRelationship" ||
    kind === "unknownRoutine"
  );
}

/** Undefined table, column, function (also: operator for these types) and type; and a type that does not fit. */
const STALE_NAMES: ReadonlySet<string> = new Set(["42P01", "42703", "42883", "42704", "42804"]);

/** PostgreSQL's refusals that a plan from a newer schema cache may not meet. Each has rolled back its statement. */
export function mayBeStaleStatement(error: ExecuteError): boolean {
  return error.kind === "postgres" && STALE_NAMES.has(error.fields.code);
}
