export {
  auditEntry,
  type AuditEntry,
  callingActor,
  recordFailure,
  recordShown,
  unrecordedFailure,
} from "./audit-record.ts";
export { AuditWriter } from "./audit-writer.ts";
export { executePlan } from "./execute-plan.ts";
export { fromThrown } from "./from-thrown.ts";
export { DoomedTransaction, TransactionScope } from "./transaction-scope.ts";
export { enterTransaction, insideTransactionOn } from "./current-transaction.ts";
export { retryRead } from "./retry-read.ts";
export { RowStream } from "./row-stream.ts";
export type { ResultSet } from "./result-set.ts";
export { loadTimezones } from "./inspection/load-timezones.ts";
export { queryAs } from "./inspection/query-as.ts";
export { relationMethods } from "./inspection/relation-methods.ts";
export { loadCatalog, type LoadedCatalog } from "./catalog/load-catalog.ts";
export { SchemaCacheSource, type SchemaSourceOptions } from "./schema-source/schema-cache-source.ts";
export type { AuditObservation, ClientObservation } from "./client-observation.ts";
export type { SchemaObservation } from "./schema-source/schema-observation.ts";
export { catalogOf, type SchemaSnapshot, snapshotOf } from "./schema-source/schema-snapshot.ts";
export { type HttpContext, type Session, type SessionDefaults, sessionOf } from "./session.ts";
