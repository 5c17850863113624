export type { AuditOptions } from "./audit-options.ts";
export { createHandler, type HandlerConfig } from "./create-handler.ts";
export { type FetchHandler, toNodeListener } from "./http/index.ts";
export type { JsonWebKey, JsonWebKeySet, JwtConfig } from "./identity/index.ts";
