export { auditCall, recordFailure } from "./audit-record.ts";
export { executePlan } from "./execute-plan.ts";
export { fromThrown } from "./from-thrown.ts";
export { DoomedTransaction, TransactionScope } from "./transaction-scope.ts";
export { enterTransaction, insideTransactionOn } from "./current-transaction.ts";
export type { ResultSet } from "./result-set.ts";
export { SchemaCacheSource } from "./schema-cache-source.ts";
export { type HttpContext, type Session, sessionOf } from "./session.ts";
