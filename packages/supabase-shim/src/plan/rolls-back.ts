import type { PlanContext } from "./plan-context.ts";

/** Whether a call's transaction ends in a rollback although nothing went wrong. */
export function rollsBack({ request, limits }: PlanContext): boolean {
  const { transaction } = request.preferences;
  return limits.rollsBack === true ? transaction !== "commit" : transaction === "rollback";
}
