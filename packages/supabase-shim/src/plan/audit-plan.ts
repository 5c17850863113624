import type { PhiTouched } from "./passes/mark-phi.ts";
import type { PlanContext } from "./plan-context.ts";
import type { AuditPlan } from "./plan.ts";
import { recording } from "./read-tree.ts";

/** The record's fixed part; undefined when the call touches no PHI or is not recorded. */
export function auditPlan(
  context: PlanContext,
  action: AuditPlan["action"],
  touched: PhiTouched,
): AuditPlan | undefined {
  if (!recording(context) || !touched.any) return undefined;
  const sorted = (names: ReadonlySet<string>): readonly string[] => [...names].toSorted();
  return {
    action,
    relations: sorted(touched.relations),
    columns: sorted(touched.columns),
    filters: sorted(touched.filters),
    granularity: context.limits.auditGranularity ?? "call",
  };
}
