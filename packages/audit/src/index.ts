export type { Actor, CheckedActor } from "./context/actor.ts";
export { declareAccess, type DeclaredAccess } from "./context/declared-access.ts";
export type { PurposeOfUse } from "./context/purpose-of-use.ts";
export { currentActor, withActor } from "./context/with-actor.ts";
export { grantAuditWriter } from "./grant-audit-writer.ts";
export { auditMigrations } from "./install/audit-migrations.ts";
export { phiMarksMigration } from "./install/phi-marks-migration.ts";
export { type AccessRecord, recentAccess } from "./recent-access.ts";
