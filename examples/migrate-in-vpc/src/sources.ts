import { auditMigrations, phiMarksMigration } from "@offramp/audit";
import { clinicMigrations, folderMigrations, type MigrationSource } from "@offramp/db";
import * as schema from "@offramp/db/schema";

/** What this application's database consists of, in the order in which it is made. */
export const sources: readonly MigrationSource[] = [
  clinicMigrations,
  folderMigrations("billing", new URL("../migrations/", import.meta.url)),
  auditMigrations(),
  phiMarksMigration(schema),
];
