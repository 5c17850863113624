export {
  compilePlan,
  type CompiledPlan,
  type CompiledStatement,
  type CompileOptions,
  EXACT_UP_TO,
} from "./compile-plan.ts";
export { ShapeCache } from "./shape-cache.ts";
