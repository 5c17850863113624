export type * from "./execute-error.ts";
export type * from "./identity-error.ts";
export type * from "./plan-error.ts";
export { type CallError, renderError } from "./render-error.ts";
export type * from "./rendered-error.ts";
export type * from "./request-error.ts";
export { err, ok, type Result } from "./result.ts";
export { mayBeStalePlan, mayBeStaleStatement } from "./stale-schema.ts";
