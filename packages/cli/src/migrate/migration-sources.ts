import { auditMigrations } from "@offramp/audit";
import { folderMigrations, type MigrationSource } from "@offramp/db";
import { supabaseCompat } from "@offramp/supabase-shim";

import { UsageError } from "../command/usage-error.ts";

/** Which histories a database has. */
export interface SourceOptions {
  /** Folders by name, in the order in which they are applied. */
  readonly folders: Readonly<Record<string, string>>;
  readonly compat: boolean;
  readonly audit: boolean;
}

/**
 * The histories in their order: roles and functions of Supabase first, since policies use them; then the application's
 * own; then the trail.
 *
 * @throws {UsageError} a folder has no name, or a name no folder.
 */
export function migrationSources({ folders, compat, audit }: SourceOptions): MigrationSource[] {
  const own = Object.entries(folders).map(([name, folder]) => {
    if (name === "" || folder === "")
      throw new UsageError("--folder takes a name and a folder, such as --folder billing=./migrations.");
    return folderMigrations(name, folder);
  });
  return [...(compat ? [supabaseCompat()] : []), ...own, ...(audit ? [auditMigrations()] : [])];
}
