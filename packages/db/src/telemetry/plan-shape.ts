import { withoutLiterals } from "./statement-shape.ts";

/**
 * A node of PostgreSQL's plan, under the names of `EXPLAIN (FORMAT JSON)`. Conditions have `$1` and `?` in the place of values.
 *
 * @example
 * import type { PlanShape } from "@offramp/db";
 *
 * const scans = (plan: PlanShape): readonly string[] => [
 *   ...(plan["Node Type"] === "Seq Scan" ? [String(plan["Relation Name"])] : []),
 *   ...(plan.Plans ?? []).flatMap(scans),
 * ];
 * console.log(scans({ "Node Type": "Seq Scan", "Relation Name": "profiles" }));
 */
export interface PlanShape {
  readonly Plans?: readonly PlanShape[];
  readonly [key: string]: PlanFact | readonly PlanShape[] | undefined;
}

type PlanFact = string | number | boolean | readonly string[];

/** What names a thing or counts; whatever else a version of PostgreSQL may print is left out. */
const KEPT = new Set([
  "Node Type",
  "Parent Relationship",
  "Parallel Aware",
  "Async Capable",
  "Partial Mode",
  "Strategy",
  "Operation",
  "Command",
  "Join Type",
  "Inner Unique",
  "Scan Direction",
  "Schema",
  "Relation Name",
  "Alias",
  "Index Name",
  "Function Name",
  "CTE Name",
  "Subplan Name",
  "Workers Planned",
  "Single Copy",
  "Planned Partitions",
  "Subplans Removed",
  "Startup Cost",
  "Total Cost",
  "Plan Rows",
  "Plan Width",
]);

/** Expressions, which may quote a literal of the statement or of a policy. */
const MASKED = new Set([
  "Filter",
  "Index Cond",
  "Recheck Cond",
  "Hash Cond",
  "Merge Cond",
  "Join Filter",
  "One-Time Filter",
  "TID Cond",
  "Order By",
  "Run Condition",
  "Cache Key",
  "Sort Key",
  "Presorted Key",
  "Group Key",
  "Conflict Filter",
]);

/** A plan without values. */
export function planShape(node: unknown): PlanShape {
  const shape: Record<string, PlanFact | readonly PlanShape[]> = {};
  for (const [key, value] of Object.entries(node ?? {})) {
    if (key === "Plans" && Array.isArray(value)) shape[key] = value.map(planShape);
    else if (MASKED.has(key)) shape[key] = masked(value);
    else if (KEPT.has(key) && isFact(value)) shape[key] = value;
  }
  return shape;
}

function masked(value: unknown): string | readonly string[] {
  return Array.isArray(value)
    ? value.map((each) => withoutLiterals(String(each)))
    : withoutLiterals(String(value));
}

function isFact(value: unknown): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}
