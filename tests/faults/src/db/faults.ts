import { setTimeout as sleep } from "node:timers/promises";
import { connect, type ConnectOptions, type Database } from "@offramp/db";
import type { ThrowawayServer } from "@offramp/db/testing";
import { leadTo, MOVING_NAME, movingName } from "./moving-name.ts";
import { pooler, POOLER_MISSING } from "./pooler.ts";
import { changePassword, LOAD_NAME, ROLE, type Scene, setForNewSessions } from "./scene.ts";

/** Something that happens to a database at work. */
export interface Fault {
  readonly name: string;
  /** How the application is connected, where that matters. */
  readonly options?: ConnectOptions;
  /** The application reads from a standby, which `happen` is given. */
  readonly withReplica?: true;
  /** Why it cannot happen on this machine. */
  readonly skipped?: string | undefined;
  /** What is set up before the application connects. */
  prepare?(scene: Scene): Promise<Prepared>;
  happen?(scene: Scene, application: Application): Promise<void>;
}

/** What was set up for one fault. */
export interface Prepared {
  readonly options: ConnectOptions;
  /** When it is called, the fault happens. */
  happen(): Promise<void>;
  /** After the application has closed, and before its sessions on the server are counted. */
  clear(): Promise<void>;
}

/** What works meanwhile. */
export interface Application {
  /** Its handle. */
  readonly db: Database;
  readonly replica: ThrowawayServer | undefined;
}

const AWAY_MS = 300;

function restart(how: "fast" | "immediate" | "crash"): NonNullable<Fault["happen"]> {
  return async ({ cluster }) => {
    await cluster.primary.stop(how);
    await sleep(AWAY_MS);
    await cluster.primary.start();
  };
}

const SESSIONS = {
  text: "select pid from pg_stat_activity where application_name = $1",
  values: [LOAD_NAME],
};

/** What the application must survive. */
export const FAULTS: readonly Fault[] = [
  { name: "fast restart", happen: restart("fast") },
  { name: "immediate restart", happen: restart("immediate") },
  { name: "crash of the server", happen: restart("crash") },
  {
    name: "crash of one session's process",
    async happen({ asAdministrator }) {
      const [session] = await asAdministrator((db) => db.query(SESSIONS));
      process.kill(Number(session?.["pid"]), "SIGKILL");
      await sleep(AWAY_MS);
    },
  },
  {
    name: "sessions ended by an administrator",
    async happen({ asAdministrator }) {
      for (let times = 0; times < 5; times += 1) {
        await asAdministrator((db) =>
          db.query({
            text: "select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1",
            values: [LOAD_NAME],
          }),
        );
        await sleep(50);
      }
    },
  },
  {
    name: "idle sessions ended by the server",
    async happen({ asAdministrator, relay }) {
      await asAdministrator((db) => db.query(setForNewSessions("idle_session_timeout = '10ms'")));
      relay.cut();
      await sleep(600);
    },
  },
  {
    name: "connections reset by the network",
    async happen({ relay }) {
      for (let times = 0; times < 10; times += 1) {
        relay.cut();
        await sleep(40);
      }
    },
  },
  {
    name: "network away",
    async happen({ relay }) {
      relay.refuse(true);
      relay.cut();
      await sleep(1000);
      relay.refuse(false);
    },
  },
  {
    name: "network that drops packets for a moment",
    async happen({ relay }) {
      relay.freeze(true);
      await sleep(600);
      relay.freeze(false);
    },
  },
  {
    name: "failover to a standby",
    async happen({ cluster, relay, asAdministrator }) {
      const standby = await cluster.addStandby();
      // A planned shutdown sends the standby everything first.
      await cluster.primary.stop("fast");
      await asAdministrator((db) => db.query({ text: "select pg_promote()" }), standby.url);
      relay.pointTo(standby.url);
    },
  },
  {
    name: "crash of the replica, and its return",
    withReplica: true,
    async happen(_, { replica }) {
      await replica?.stop("crash");
      await sleep(AWAY_MS);
      await replica?.start();
    },
  },
  {
    name: "replica that falls behind",
    options: { maxReplicaLagMs: 300 },
    withReplica: true,
    async happen({ asAdministrator }, { replica }) {
      await asAdministrator((db) => db.query({ text: "select pg_wal_replay_pause()" }), replica?.url);
      await sleep(800);
      await asAdministrator((db) => db.query({ text: "select pg_wal_replay_resume()" }), replica?.url);
    },
  },
  {
    name: "failover to the replica that is read from",
    withReplica: true,
    async happen({ cluster, relay, asAdministrator }, { replica }) {
      if (replica === undefined) return;
      await cluster.primary.stop("fast");
      await asAdministrator((db) => db.query({ text: "select pg_promote()" }), replica.url);
      relay.pointTo(replica.url);
    },
  },
  {
    name: "former primary that is a standby",
    async happen({ cluster, relay }) {
      const standby = await cluster.addStandby();
      relay.pointTo(standby.url);
      relay.cut();
      await sleep(500);
      relay.pointTo(cluster.primary.url);
    },
  },
  {
    name: "password rotated: pending, changed, current",
    options: { maxLifetimeMs: 20 },
    async happen({ passwords, asAdministrator }) {
      for (const password of ["second", "third"]) {
        passwords.set("AWSPENDING", password);
        await sleep(50);
        await asAdministrator((db) => db.query(changePassword(password)));
        await sleep(150);
        passwords.set("AWSPREVIOUS", passwords.get("AWSCURRENT") ?? "").set("AWSCURRENT", password);
        passwords.delete("AWSPENDING");
        await sleep(100);
      }
    },
  },
  {
    name: "password rotated: current before it is changed",
    options: { maxLifetimeMs: 20, secretRefreshMs: 20 },
    async happen({ passwords, asAdministrator }) {
      passwords.set("AWSPREVIOUS", "first").set("AWSCURRENT", "second");
      await sleep(200);
      await asAdministrator((db) => db.query(changePassword("second")));
      await sleep(100);
    },
  },
  {
    // What comes afterwards is refused, which loses nothing; what ran, or was refused, is in the ledger or not as it was told.
    name: "closed by its application while it works",
    happen: (_, { db }) => db.close({ timeoutMs: 2_000 }),
  },
  {
    name: "no connections left on the server",
    async happen({ cluster, relay }) {
      const others = connect({ url: cluster.primary.url, max: 30, applicationName: "others" });
      relay.refuse(true);
      relay.cut();
      const held = await Promise.allSettled(Array.from({ length: 30 }, () => others.reserve()));
      relay.refuse(false);
      await sleep(400);
      for (const each of held) if (each.status === "fulfilled") await each.value.release();
      await others.close();
    },
  },
  {
    name: "process frozen while the server ends its sessions, and thawed",
    options: { pingAfterMs: 100 },
    async happen({ asAdministrator, relay }) {
      await asAdministrator((db) => db.query(setForNewSessions("idle_session_timeout = '200ms'")));
      relay.cut();
      await sleep(100);
      // As Lambda freezes it: no timer, no socket and no line of the process goes on, while the clock and the server do.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 900);
      await sleep(100);
    },
  },
  {
    name: "name that leads to another server",
    skipped: process.platform === "linux" ? undefined : "only Linux has addresses beside 127.0.0.1",
    async prepare({ cluster, relay, asAdministrator }) {
      const standby = await cluster.addStandby();
      const end = await leadTo(standby.url, Number(new URL(relay.url).port));
      const name = movingName();
      return {
        options: { host: MOVING_NAME, dangerouslyDisableTls: true },
        // As a failover of RDS: the old primary goes, the standby takes over, and the name leads there a moment later.
        async happen() {
          await cluster.primary.stop("fast");
          relay.refuse(true);
          relay.cut();
          await asAdministrator((db) => db.query({ text: "select pg_promote()" }), standby.url);
          await sleep(AWAY_MS);
          name.move();
          await sleep(AWAY_MS);
        },
        clear() {
          name.forget();
          end();
          // Who counts asks by way of the relay.
          relay.refuse(false);
          relay.pointTo(standby.url);
          return Promise.resolve();
        },
      };
    },
  },
  {
    name: "PgBouncer killed and started again",
    skipped: POOLER_MISSING,
    async prepare({ cluster }) {
      const between = await pooler(cluster.primary.url, { user: ROLE, password: "first" });
      await between.start();
      return {
        options: { host: "127.0.0.1", port: between.port, pooler: "transaction" },
        async happen() {
          for (let times = 0; times < 2; times += 1) {
            await between.kill();
            await sleep(AWAY_MS);
            await between.start();
            await sleep(AWAY_MS);
          }
        },
        clear: () => between.remove(),
      };
    },
  },
];
