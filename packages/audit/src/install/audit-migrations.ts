import { folderMigrations, type MigrationSource } from "@offramp/db";
import { packageRoot } from "../package-root.ts";
import { asAuditOwner } from "./as-audit-owner.ts";

/**
 * The trail's own objects: schema `audit`, its roles, the record table, the append function, the inventories.
 *
 * Needs CREATEROLE and CREATE on the database, not superuser. The roles belong to the server, so another of its
 * databases may have made them already; then the migrating role needs ADMIN on `offramp_audit_owner` and
 * `offramp_audit_writer`, which their creator has.
 *
 * @example
 * ```ts
 * import { auditMigrations } from "@offramp/audit";
 * import { connect, migrate } from "@offramp/db";
 *
 * const db = connect();
 * await migrate(db, [auditMigrations()]);
 * await db.close();
 * ```
 */
export function auditMigrations(): MigrationSource {
  const files = folderMigrations("audit", new URL("migrations/", packageRoot));
  return {
    name: files.name,
    async migrations() {
      // The hash stays that of the file: how a migration becomes the owner may improve without counting as an edit.
      return (await files.migrations()).map((file) => ({
        ...file,
        statements: asAuditOwner(file.statements),
      }));
    },
  };
}
