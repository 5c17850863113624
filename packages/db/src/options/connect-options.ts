import type { DatabaseObservation } from "../observation.ts";
import type { SecretStage } from "./secret.ts";

/**
 * Where the database is and how to connect. Everything is optional: what is not given comes from
 * the environment variables `DATABASE_URL` or `DATABASE_SECRET_ID`.
 *
 * Give one source: `url`, or the parts (`host`, `database`, `user` …), or `secretId`. Parts beside
 * a `secretId` win over what the secret says; a secret that RDS manages holds only user and password.
 *
 * @example
 * import { connect, type ConnectOptions } from "@offramp/db";
 *
 * const options: ConnectOptions = {
 *   host: "clinic.abc123.eu-central-1.rds.amazonaws.com",
 *   database: "clinic",
 *   secretId: "clinic/database",
 *   max: 10,
 *   session: { statement_timeout: "30s" },
 * };
 * console.log(connect(options).description);
 */
export interface ConnectOptions {
  /**
   * `postgres://user:password@host:port/database`. Parameters: `sslmode`, `sslrootcert` (a path),
   * `application_name`, `connect_timeout` (seconds), `options`, `host` (also a socket directory),
   * `pgbouncer`. `sslmode=disable` is for this machine only; every other mode verifies the
   * certificate and the host name, because a connection that is encrypted but not verified
   * protects against nobody who can read it.
   */
  readonly url?: string;
  /** A host name, an IP address, or the directory of a unix socket. */
  readonly host?: string;
  /** Default 5432. */
  readonly port?: number;
  readonly database?: string;
  readonly user?: string;
  /** The password, or a function asked at each new connection, for tokens that expire. */
  readonly password?: string | (() => string | Promise<string>);
  /** Name or ARN of an AWS Secrets Manager secret: JSON with username, password, host, port, dbname (or database). */
  readonly secretId?: string;
  /** Fetches the text of a secret instead of AWS Secrets Manager. Where there is no such version, reject. */
  readonly fetchSecret?: (secretId: string, stage: SecretStage) => Promise<string>;
  /**
   * Milliseconds after which a secret is fetched again, in the background of the next new connection, which still uses
   * the known one. When the server refuses the password, it is fetched at once. Default 300,000 (5 min).
   */
  readonly secretRefreshMs?: number;
  /**
   * Log in with a token signed by this process's AWS role, which needs no password; a new one for each connection. The
   * user must have the role `rds_iam`. Needs the package `@aws-sdk/rds-signer`. The region is read from the host's name.
   */
  readonly iamAuthentication?: boolean | { readonly region?: string };
  /**
   * TLS. By default on and verified for every host but this machine, by the authorities that Node
   * trusts, and Amazon's own for hosts under `rds.amazonaws.com`. An object switches it on for every
   * host: `ca` holds PEM certificates to trust instead of all those,
   * `serverName` the name that the certificate must carry when it is not the host (a tunnel).
   * `"disable"` is refused for hosts other than this machine.
   */
  readonly ssl?: "disable" | "verify-full" | { readonly ca?: string; readonly serverName?: string };
  /**
   * Encrypt, but talk to whoever answers: neither the certificate's authority nor its name is looked at. Someone between
   * this process and the database can then read and change everything.
   */
  readonly dangerouslyAcceptAnyCertificate?: boolean;
  /** Never encrypt, whatever the host. Patient data and passwords then cross the network readable by anyone on it. */
  readonly dangerouslyDisableTls?: boolean;
  /**
   * Hosts of replicas, as `host` or `host:port`, or one reader endpoint. They take the same database and credentials.
   * Reads that are declared (`readOnly`, `read()`) go there; everything else, and what was written in the same context
   * and has not arrived there yet, to the primary. See {@link withOwnWrites}.
   */
  readonly replicas?: readonly string[];
  /** Milliseconds that a replica may be behind before it is left out. Default 5,000. */
  readonly maxReplicaLagMs?: number;
  /** Connections in the pool at most; a replica has a pool of its own. Default 20. */
  readonly max?: number;
  /** Milliseconds after which an unused connection is closed. Default 30,000. */
  readonly idleTimeoutMs?: number;
  /**
   * Milliseconds after which an idle connection is asked whether it is still there before it is used: a network device
   * may have forgotten it, or a function (Lambda) been frozen. Default 5,000.
   */
  readonly pingAfterMs?: number;
  /** Milliseconds after which a connection is replaced. Default 3,600,000 (1 h). */
  readonly maxLifetimeMs?: number;
  /** Milliseconds that opening a connection may take, TLS and login included. Default 10,000. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds that a statement waits for a free connection. Default 30,000. */
  readonly acquireTimeoutMs?: number;
  /**
   * Milliseconds during which a server that was there and went away is waited for, and reads are sent again. An RDS
   * failover takes a minute or two. Default 30,000.
   */
  readonly retryWithinMs?: number;
  /** Shown in `pg_stat_activity`. Default `offramp`. */
  readonly applicationName?: string;
  /** Server settings for each session, such as `{ statement_timeout: "30s" }`. */
  readonly session?: Readonly<Record<string, string>>;
  /**
   * A pooler in transaction mode stands between (PgBouncer, RDS Proxy): each transaction may run on another session.
   * Then statements are not prepared (see `preparedStatements`), `listen()` is refused, because its subscription would
   * stay on a session that others use, and so is `session`. `pgbouncer=true` in the URL says the same.
   */
  readonly pooler?: "transaction";
  /** Whether prepared statements may be kept on a connection. Default true, and false with `pooler`. True with it is for a pooler that keeps track of them (PgBouncer 1.21, `max_prepared_statements`). */
  readonly preparedStatements?: boolean;
  /**
   * Milliseconds from which on `observe` is told of a statement, by its text without values. Default: none is.
   */
  readonly slowStatementMs?: number;
  /**
   * For statements that take `slowStatementMs`, ask PostgreSQL for their generic plan (`EXPLAIN (GENERIC_PLAN)`; before
   * PostgreSQL 16, of a prepared statement) and tell `observe`: `slowStatementPlan`. It runs beside the pool, executes
   * nothing, has no values, and asks once per statement in `everyMs` (default 600,000, 10 min), with the rights of the
   * login role. Default false.
   */
  readonly explainSlow?: boolean | { readonly everyMs?: number };
  /** Told of what happens behind the statements. */
  readonly observe?: (observation: DatabaseObservation) => void;
}
