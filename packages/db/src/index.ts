export { connect } from "./connect.ts";
export { ConfigurationError } from "./errors/configuration-error.ts";
export { ConnectionError, type ConnectionProblem } from "./errors/connection-error.ts";
export { ServerError, type ServerErrorFields } from "./errors/server-error.ts";
export type { ConnectOptions } from "./options/connect-options.ts";
export type { SecretStage } from "./options/secret.ts";
export { withOwnWrites } from "./driver/own-writes.ts";
export type { DatabaseObservation } from "./observation.ts";
export type { PlanShape } from "./telemetry/plan-shape.ts";
export type {
  Database,
  Health,
  Listener,
  Parameter,
  PoolGauges,
  Queryable,
  ReplicaHealth,
  ReservedConnection,
  ReserveOptions,
  Row,
  Statement,
  Transaction,
  TransactionOptions,
} from "./port.ts";
export {
  statementStatistics,
  type StatementStatistics,
  type StatisticsOptions,
  type StatisticsSummary,
} from "./statistics/statement-statistics.ts";
export { quoteIdentifier } from "./quote-identifier.ts";
export { clinicMigrations } from "./migrate/clinic-migrations.ts";
export { folderMigrations } from "./migrate/folder-migrations.ts";
export { migration, type MigrationSettings, repeatable } from "./migrate/make-migration.ts";
export { migrate, type MigrateOptions } from "./migrate/migrate.ts";
export { migrateFromEnvironment } from "./migrate/migrate-from-environment.ts";
export type { Migration, MigrationReport, MigrationSource, PendingMigration } from "./migrate/migration.ts";
export { MigrationError } from "./migrate/migration-error.ts";
export { encrypted, encryptedColumns, type EncryptedOptions } from "./schema/encrypted.ts";
export {
  dataSubject,
  type DataSubjectMark,
  dataSubjects,
  type MarkedColumn,
  phi,
  type PhiKind,
  type PhiMark,
  phiMarks,
} from "./schema/phi.ts";
export { type ReferenceOptions, references, type Referring } from "./schema/references.ts";
