import { PooledDatabase } from "./driver/pooled-database.ts";
import { TargetConnector } from "./driver/target-connector.ts";
import { checkOptions } from "./options/check-options.ts";
import type { ConnectOptions } from "./options/connect-options.ts";
import { resolveOptions } from "./options/resolve-options.ts";
import type { Database } from "./port.ts";

/**
 * A pooled database. Nothing is opened and no secret is fetched before the first use; a
 * connection that breaks is replaced. Idle connections do not keep the process running.
 *
 * @throws {ConfigurationError} an option is wrong, or no database is set: one line that names the setting.
 *
 * @example
 * import { connect, type Database } from "@offramp/db";
 *
 * // From DATABASE_URL, or from the AWS secret that DATABASE_SECRET_ID names.
 * const db: Database = connect({ max: 10 });
 * const rows = await db.query({ text: "select id, email from profiles where email = $1", values: ["ann@example.org"] });
 * console.log(rows.length);
 * await db.close();
 */
export function connect(options: ConnectOptions = {}): Database {
  checkOptions(options);
  const { source, settings, limits, observe } = resolveOptions(options, process.env);
  return new PooledDatabase(new TargetConnector(source, settings), limits, observe);
}
