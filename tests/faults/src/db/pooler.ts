import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Why there can be no PgBouncer, or undefined. */
export const POOLER_MISSING: string | undefined =
  spawnSync("pgbouncer", ["--version"]).status === 0 ? undefined : "PgBouncer is not installed";

/** A PgBouncer in transaction mode. */
export interface Pooler {
  readonly port: number;
  start(): Promise<void>;
  /** At once, with whatever runs on it. */
  kill(): Promise<void>;
  remove(): Promise<void>;
}

/** Makes one for a role of the server of `url`; `start()` starts it. */
export async function pooler(
  url: string,
  role: { readonly user: string; readonly password: string },
): Promise<Pooler> {
  const port = await freePort();
  const folder = mkdtempSync(path.join(tmpdir(), "offramp-faults-"));
  const settings = path.join(folder, "pooler.ini");
  const users = path.join(folder, "users.txt");
  writeFileSync(users, `"${role.user}" "${role.password}"\n`);
  writeFileSync(
    settings,
    `[databases]
* = host=127.0.0.1 port=${new URL(url).port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = transaction
default_pool_size = 4
`,
  );
  chmodSync(folder, 0o755);
  let running: ChildProcess | undefined;
  const kill = async (): Promise<void> => {
    if (running === undefined) return;
    const ended = once(running, "exit");
    running.kill("SIGKILL");
    await ended;
    running = undefined;
  };
  return {
    port,
    async start() {
      // It refuses to run as root.
      const user = process.getuid?.() === 0 ? ["-u", "nobody"] : [];
      running = spawn("pgbouncer", [...user, settings], { stdio: "ignore" });
      for (let look = 0; look < 100; look += 1) {
        if (await listens(port)) return;
        await sleep(50);
      }
      throw new Error("PgBouncer does not listen");
    },
    kill,
    async remove() {
      await kill();
      rmSync(folder, { recursive: true });
    },
  };
}

async function listens(port: number): Promise<boolean> {
  const socket = net.connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function freePort(): Promise<number> {
  const probe = net.createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as net.AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}
