import { PooledDatabase } from "./driver/pooled-database.ts";
import { Replica } from "./driver/replica.ts";
import { ReplicatedDatabase } from "./driver/replicated-database.ts";
import { TargetConnector } from "./driver/target-connector.ts";
import { checkOptions } from "./options/check-options.ts";
import type { ConnectOptions } from "./options/connect-options.ts";
import { resolveOptions } from "./options/resolve-options.ts";
import type { Observe } from "./observation.ts";
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
  const { source, replicas, maxReplicaLagMs, settings, limits, listens, observe } = resolveOptions(
    options,
    process.env,
  );
  const primary = new PooledDatabase(new TargetConnector(source, settings, listens), limits, observe);
  if (replicas.length === 0) return primary;
  // The primary stands in for a replica that is away, so nobody waits for one, and its outages are told as its being left out.
  const impatient = { ...limits, retryWithinMs: 1 };
  const observeReplica: Observe = (observation) => {
    if (observation.kind === "slowStatement" || observation.kind === "slowStatementPlan")
      observe(observation);
  };
  return new ReplicatedDatabase(
    primary,
    replicas.map((replica) => {
      const connector = new TargetConnector(replica, settings, listens);
      return new Replica(new PooledDatabase(connector, impatient, observeReplica), observe);
    }),
    maxReplicaLagMs,
  );
}
