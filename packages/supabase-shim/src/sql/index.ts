export { isRecordedAside } from "./answer-sql.ts";
export {
  compilePlan,
  compileRowKeys,
  type CompiledPlan,
  type CompiledStatement,
  type CompileOptions,
  EXACT_UP_TO,
} from "./compile-plan.ts";
export { laterRecord } from "./later-record-sql.ts";
export { merges } from "./merges.ts";
export { preRequestSql } from "./pre-request-sql.ts";
export { compileStream, type CompiledStream } from "./stream-sql.ts";
export { ShapeCache } from "./shape-cache.ts";
