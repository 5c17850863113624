import { createHash } from "node:crypto";
import type { Migration } from "./migration.ts";

/**
 * What a migration may say about how it is run. Not part of its hash.
 *
 * @example
 * import { migration, type MigrationSettings } from "@offramp/db";
 *
 * const patient: MigrationSettings = { lockTimeoutMs: 60_000 };
 * console.log(migration("0007_big_table", ["alter table visits add column note text"], patient).lockTimeoutMs);
 */
export interface MigrationSettings {
  /** PostgreSQL's `lock_timeout` for it, in milliseconds; 0 waits without end. */
  readonly lockTimeoutMs?: number;
}

/**
 * A migration that runs once.
 *
 * @example
 * import { connect, migrate, migration } from "@offramp/db";
 *
 * const db = connect();
 * await migrate(db, [{ name: "billing", migrations: () => [migration("0000_invoice", ["create table invoice (id int primary key)"])] }]);
 */
export function migration(
  id: string,
  statements: readonly string[],
  settings: MigrationSettings = {},
): Migration {
  return { id, statements, hash: hashOf(statements), ...settings };
}

/**
 * A migration that runs again whenever its statements change, for what is computed from something
 * else: a table's contents, a view, a function. It has to work on its own earlier result.
 *
 * @example
 * import { repeatable } from "@offramp/db";
 *
 * const view = repeatable("active_view", ["create or replace view active as select 1 as id"]);
 * console.log(view.hash);
 */
export function repeatable(
  id: string,
  statements: readonly string[],
  settings: MigrationSettings = {},
): Migration {
  return { ...migration(id, statements, settings), repeatable: true };
}

/** Line ends do not count: a checkout may change them. */
function hashOf(statements: readonly string[]): string {
  const hash = createHash("sha256");
  for (const statement of statements) hash.update(`${statement.replaceAll("\r\n", "\n").trim()}\n--\n`);
  return hash.digest("hex");
}
