export { compilePlan, type CompiledPlan, type CompiledStatement, EXACT_UP_TO } from "./compile-plan.ts";
export { ShapeCache } from "./shape-cache.ts";
