import { connect, type ConnectOptions, type Database, type SecretStage } from "@offramp/db";
import { type Relay, relayTo, throwawayCluster, type ThrowawayCluster } from "@offramp/db/testing";

/** The name that the load's sessions have on the server. */
export const LOAD_NAME = "fault load";
export const ROLE = "application";

/** A server, the network to it, and the secret that lets the application in. */
export interface Scene {
  readonly cluster: ThrowawayCluster;
  readonly relay: Relay;
  /** The passwords of the application's role, by the secret's stage. */
  readonly passwords: Map<SecretStage, string>;
  /** Runs `work` as an administrator, past the network that is broken. */
  readonly asAdministrator: <T>(work: (db: Database) => Promise<T>, url?: string) => Promise<T>;
  /** The application's handle. */
  readonly connect: (options?: ConnectOptions) => Database;
}

/** Sets the scene, and clears it away when `work` is done. */
export async function withScene<T>(work: (scene: Scene) => Promise<T>): Promise<T> {
  const cluster = await throwawayCluster({ settings: { max_connections: "30" } });
  const relay = await relayTo(cluster.primary.url);
  const { port } = new URL(relay.url);
  const passwords = new Map<SecretStage, string>([["AWSCURRENT", "first"]]);
  const scene: Scene = {
    cluster,
    relay,
    passwords,
    async asAdministrator(task, url = cluster.primary.url) {
      const db = connect({ url, max: 1, applicationName: "administrator" });
      try {
        return await task(db);
      } finally {
        await db.close();
      }
    },
    connect: (options = {}) =>
      connect({
        secretId: "application",
        fetchSecret: (_, stage) => secret(passwords.get(stage), Number(port)),
        applicationName: LOAD_NAME,
        max: 6,
        ...options,
      }),
  };
  try {
    await scene.asAdministrator((db) =>
      db.query({
        // Without a key, so that a write that was applied twice is there twice.
        text: `create table ledger (call text not null);
          create role ${ROLE} login password 'first';
          grant select, insert on ledger to ${ROLE};`,
        script: true,
      }),
    );
    return await work(scene);
  } finally {
    await relay.close();
    await cluster.stop();
  }
}

export function changePassword(password: string): { readonly text: string } {
  return { text: `alter role ${ROLE} password '${password}'` };
}

export function setForNewSessions(setting: string): { readonly text: string } {
  return { text: `alter role ${ROLE} set ${setting}` };
}

function secret(password: string | undefined, port: number): Promise<string> {
  if (password === undefined) return Promise.reject(new Error("there is no such version"));
  return Promise.resolve(
    JSON.stringify({ username: ROLE, password, host: "127.0.0.1", port, dbname: "postgres" }),
  );
}
