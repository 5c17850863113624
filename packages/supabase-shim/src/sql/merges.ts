import type { Plan } from "../plan/index.ts";

/** Whether a plan is an upsert that changes the rows that are there. */
export function merges(plan: Plan): boolean {
  return (
    plan.kind === "mutation" &&
    plan.mutation.kind === "insert" &&
    plan.mutation.conflict?.resolution === "merge"
  );
}
