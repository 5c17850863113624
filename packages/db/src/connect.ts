import { type Connector, PooledDatabase } from "./driver/pooled-database.ts";
import { ServerConnection } from "./driver/server-connection.ts";
import { ConnectionError } from "./errors/connection-error.ts";
import { checkOptions } from "./options/check-options.ts";
import type { ConnectOptions } from "./options/connect-options.ts";
import { type ResolvedOptions, resolveOptions } from "./options/resolve-options.ts";
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
  const resolved = resolveOptions(options, process.env);
  return new PooledDatabase(connector(resolved), resolved.limits);
}

function connector({ source, settings }: ResolvedOptions): Connector {
  return {
    describe: () => source.describe(),
    async open() {
      const target = await source.target();
      try {
        return await ServerConnection.open(target, settings);
      } catch (error) {
        // A rotated secret: the password that we know is the old one.
        const refused = error instanceof ConnectionError && error.problem === "authentication";
        if (!refused || !source.renew(target)) throw error;
        const renewed = await source.target();
        if ((await renewed.password()) === (await target.password())) throw error;
        return ServerConnection.open(renewed, settings);
      }
    },
  };
}
