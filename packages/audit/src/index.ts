export type { Actor, CheckedActor } from "./context/actor.ts";
export { declareAccess, type DeclaredAccess } from "./context/declared-access.ts";
export type { PurposeOfUse } from "./context/purpose-of-use.ts";
export { currentActor, withActor } from "./context/with-actor.ts";
export { grantAuditWriter } from "./grant-audit-writer.ts";
export { accessLogView } from "./install/access-log-view.ts";
export { auditMigrations } from "./install/audit-migrations.ts";
export { ddlGuard } from "./install/ddl-guard.ts";
export type { DeclaredFunction } from "./install/declared-function.ts";
export { phiMarksMigration } from "./install/phi-marks-migration.ts";
export type {
  AccountedDisclosure,
  AccountingOfDisclosures,
  AccountingOptions,
} from "./disclosure/accounting-of-disclosures.ts";
export type { Disclosure } from "./disclosure/disclosure.ts";
export type { DisclosureException } from "./disclosure/disclosure-exception.ts";
export { exportCsv } from "./export/export-csv.ts";
export { exportFhir } from "./export/export-fhir.ts";
export { exportNdjson } from "./export/export-ndjson.ts";
export type { AuditEvent } from "./fhir/audit-event.ts";
export type { FhirOptions } from "./fhir/fhir-options.ts";
export { toAuditEvents } from "./fhir/to-audit-events.ts";
export type { AccessFilter } from "./query/access-filter.ts";
export type { AccessRecord, KeyDigest } from "./query/access-record.ts";
export type { AccessPage, AccessQuery } from "./query/query-access.ts";
export { recentAccess } from "./query/recent-access.ts";
export type { AccessReport, ActorAccess } from "./report/access-report.ts";
export type { ActivityReview, ReviewList } from "./report/activity-review.ts";
export type { ReviewOptions, WorkingHours } from "./report/review-options.ts";
export type { Anchor } from "./anchor/anchor.ts";
export { fileAnchor } from "./anchor/file-anchor.ts";
export { s3Anchor } from "./anchor/s3-anchor.ts";
export type { LockedBucket, S3Like } from "./anchor/s3-like.ts";
export type { Archive } from "./retention/archive.ts";
export { fileArchive } from "./retention/file-archive.ts";
export { s3Archive } from "./retention/s3-archive.ts";
export type { LegalHold } from "./retention/legal-hold.ts";
export type { RetainedMonth, RetainOptions, RetainReport } from "./retention/retain-records.ts";
export type { RetentionStatement, SignedRetention } from "./retention/retention-statement.ts";
export type { SealOptions, SealReport } from "./seal/seal-records.ts";
export type { SealStatement, SignedSeal } from "./seal/seal-statement.ts";
export { type KmsLike, kmsSigningKey } from "./seal/kms-signing-key.ts";
export { secretSigningKey, type SecretsLike } from "./seal/secret-signing-key.ts";
export { signingKey, type SigningKey } from "./seal/signing-key.ts";
export { openTrail, type Trail, type TrailOptions } from "./trail/trail.ts";
export type { Finding } from "./verify/finding.ts";
export type { VerifyOptions, VerifyReport } from "./verify/verify-trail.ts";
