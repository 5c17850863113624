import { createHash } from "node:crypto";
import type { Migration } from "./migration.ts";

/**
 * A migration that runs once.
 *
 * @example
 * import { connect, migrate, migration } from "@offramp/db";
 *
 * const db = connect();
 * await migrate(db, [{ name: "billing", migrations: () => [migration("0000_invoice", ["create table invoice (id int primary key)"])] }]);
 */
export function migration(id: string, statements: readonly string[]): Migration {
  return { id, statements, hash: hashOf(statements) };
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
export function repeatable(id: string, statements: readonly string[]): Migration {
  return { ...migration(id, statements), repeatable: true };
}

/** Line ends do not count: a checkout may change them. */
function hashOf(statements: readonly string[]): string {
  const hash = createHash("sha256");
  for (const statement of statements) hash.update(`${statement.replaceAll("\r\n", "\n").trim()}\n--\n`);
  return hash.digest("hex");
}
