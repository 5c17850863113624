import { packageRoot } from "../package-root.ts";
import { folderMigrations } from "./folder-migrations.ts";
import type { MigrationSource } from "./migration.ts";

/**
 * The clinic's tables, as `@offramp/db/schema` describes them.
 *
 * @example
 * import { clinicMigrations, connect, folderMigrations, migrate } from "@offramp/db";
 *
 * await migrate(connect(), [clinicMigrations, folderMigrations("billing", "./migrations")]);
 */
export const clinicMigrations: MigrationSource = folderMigrations(
  "clinic",
  new URL("migrations/", packageRoot),
);
