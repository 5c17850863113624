export { auditCall, recordFailure } from "./audit-record.ts";
export { executePlan } from "./execute-plan.ts";
export { fromThrown } from "./from-thrown.ts";
export type { ResultSet } from "./result-set.ts";
export { SchemaCacheSource } from "./schema-cache-source.ts";
export { type HttpContext, type Identity, OWN_RIGHTS, type Session, sessionOf } from "./session.ts";
