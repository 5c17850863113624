/**
 * How a database is doing.
 *
 * @example
 * import { connect, type Health } from "@offramp/db";
 *
 * const health: Health = await connect().health();
 * console.log(health.reachable ? `${health.serverVersion} in ${health.latencyMs} ms` : health.problem);
 */
export interface Health {
  readonly reachable: boolean;
  /** Milliseconds for one round trip, when reachable. */
  readonly latencyMs?: number;
  readonly serverVersion?: string;
  readonly tls?: boolean;
  readonly user?: string;
  readonly database?: string;
  /** Why the server is not reachable, with the remedy. Never contains a secret. */
  readonly problem?: string;
  /** The server is a standby: it refuses writes. */
  readonly standby?: boolean;
  /** Milliseconds by which the server's clock is ahead of this process's, to about `latencyMs`. */
  readonly clockSkewMs?: number;
  /** Also when the server is not reachable. */
  readonly pool?: PoolGauges;
  /** Where the option `replicas` names some. */
  readonly replicas?: readonly ReplicaHealth[];
}

/**
 * The connections of a pool at this moment.
 *
 * @example
 * import { connect, type PoolGauges } from "@offramp/db";
 *
 * const { pool } = await connect().health();
 * const isFull = ({ open, idle, max, waiting }: PoolGauges): boolean => open === max && idle === 0 && waiting > 0;
 * console.log(pool !== undefined && isFull(pool));
 */
export interface PoolGauges {
  /** In use or idle. */
  readonly open: number;
  readonly idle: number;
  readonly opening: number;
  /** Calls that wait for a connection. */
  readonly waiting: number;
  readonly max: number;
}

/**
 * How a replica is doing.
 *
 * @example
 * import { connect, type ReplicaHealth } from "@offramp/db";
 *
 * const { replicas = [] } = await connect({ replicas: ["replica.example.org"] }).health();
 * const tell = ({ description, problem, lagMs }: ReplicaHealth): string => `${description}: ${problem ?? `${lagMs} ms behind`}`;
 * console.log(replicas.map(tell));
 */
export interface ReplicaHealth {
  /** `host:port/database as user` */
  readonly description: string;
  /** Why it is left out. */
  readonly problem?: string;
  /** Milliseconds since the last moment at which it is known to have had everything. */
  readonly lagMs?: number;
}
