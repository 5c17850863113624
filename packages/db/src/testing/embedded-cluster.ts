import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import net from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { EmbeddedBinaries } from "./embedded-binaries.ts";
import type { SupervisorOrder } from "./embedded-protocol.ts";
import { OWNER_FILE } from "./stale-servers.ts";
import { reachableBinaries, type SystemUser, unprivilegedUser } from "./unprivileged-user.ts";

const STOP_WITHIN_MS = 5_000;
const PORT_ATTEMPTS = 5;
const START_AGAIN_WITHIN_MS = 15_000;
const START_AGAIN_EVERY_MS = 50;

/** What a standby makes for itself, or must not have. */
const NOT_COPIED = /^(postmaster\.(pid|opts)|backup_label|pgsql_tmp|pg_internal\.init)/;

/** The directory of an embedded server, and the server while it runs. */
export class EmbeddedCluster {
  readonly data: string;
  readonly #directory: string;
  readonly #binaries: EmbeddedBinaries;
  readonly #user: SystemUser | undefined;
  readonly #order: SupervisorOrder;
  #server: ChildProcess | undefined;
  #port: number | undefined;

  constructor(directory: string, found: EmbeddedBinaries, order: SupervisorOrder) {
    chmodSync(directory, 0o755);
    writeFileSync(path.join(directory, OWNER_FILE), String(process.pid));
    this.data = path.join(directory, "data");
    this.#directory = directory;
    this.#order = order;
    this.#user = unprivilegedUser();
    this.#binaries = reachableBinaries(found, this.#user, directory);
    mkdirSync(this.data, { mode: 0o700 });
    this.#own(this.data);
  }

  async initialize(): Promise<void> {
    const passwordFile = path.join(this.#directory, "password");
    writeFileSync(passwordFile, this.#order.password, { mode: 0o600 });
    this.#own(passwordFile);
    const initdb = this.#run(this.#binaries.initdb, [
      `--pgdata=${this.data}`,
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
  }

  /** Copies a running server's files, as PostgreSQL's manual says in "Making a Base Backup Using the Low Level API". */
  copyFrom(primary: string): void {
    cpSync(primary, this.data, {
      recursive: true,
      filter: (source) =>
        !NOT_COPIED.test(path.basename(source)) && path.basename(path.dirname(source)) !== "pg_replslot",
    });
    writeFileSync(path.join(this.data, "standby.signal"), "");
    this.#ownAll(this.data);
  }

  finishCopy(backupLabel: string): void {
    const label = path.join(this.data, "backup_label");
    writeFileSync(label, backupLabel, { mode: 0o600 });
    this.#own(label);
  }

  /** Starts the server, at the next time on the same port. Resolves to the port when it accepts connections. */
  async start(): Promise<number> {
    const until = performance.now() + START_AGAIN_WITHIN_MS;
    for (let attempt = 1; ; attempt += 1) {
      const port = this.#port ?? (await freePort());
      const settings = Object.entries(this.#order.settings).flatMap(([name, value]) => [
        "-c",
        `${name}=${value}`,
      ]);
      const server = this.#run(this.#binaries.postgres, ["-D", this.data, "-p", String(port), ...settings]);
      const output = collect(server);
      if (await isReady(server, output)) {
        this.#server = server;
        this.#port = port;
        return port;
      }
      // Somebody may have taken the port between our look and the server's.
      const taken = /could not bind|Address already in use/i.test(output());
      // Processes of a server that was killed notice it when they look, and hold its memory until then.
      const haunted = /pre-existing shared memory block|lock file .* already exists/i.test(output());
      const again = haunted || this.#port !== undefined ? performance.now() < until : attempt < PORT_ATTEMPTS;
      if (!(taken || haunted) || !again) throw new Error(`PostgreSQL did not start: ${lastLines(output())}`);
      if (this.#port !== undefined) await sleep(START_AGAIN_EVERY_MS);
    }
  }

  get running(): boolean {
    return this.#server !== undefined && isRunning(this.#server);
  }

  /** Resolves when the server that runs now has ended. */
  async ended(): Promise<void> {
    if (this.#server !== undefined && isRunning(this.#server)) await once(this.#server, "exit");
  }

  /** SIGINT is PostgreSQL's fast shutdown, SIGQUIT its immediate one. */
  async stop(signal: "SIGINT" | "SIGQUIT" | "SIGKILL" = "SIGINT"): Promise<void> {
    const server = this.#server;
    if (server === undefined || !isRunning(server)) return;
    const exited = once(server, "exit");
    // What it would save is thrown away at the end, so an immediate stop would do, but it leaves shared memory behind.
    server.kill(signal);
    const timer = setTimeout(() => server.kill("SIGKILL"), STOP_WITHIN_MS);
    await exited;
    clearTimeout(timer);
  }

  #run(program: string, args: readonly string[]): ChildProcess {
    // Some installers lose the executable bit.
    if ((statSync(program).mode & 0o111) !== 0o111) chmodSync(program, 0o755);
    return spawn(program, args, {
      ...this.#user,
      // A directory that the other user may enter.
      cwd: this.#directory,
      env: { ...process.env, LC_ALL: "C", LC_MESSAGES: "C" },
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
    });
  }

  #own(file: string): void {
    if (this.#user !== undefined) chownSync(file, this.#user.uid, this.#user.gid);
  }

  #ownAll(directory: string): void {
    for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true }))
      this.#own(path.join(entry.parentPath, entry.name));
  }
}

function isRunning(server: ChildProcess): boolean {
  return server.exitCode === null && server.signalCode === null;
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
      // A standby accepts read-only connections.
      if (/ready to accept (read-only )?connections/.test(output())) finish(true);
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

async function freePort(): Promise<number> {
  const probe = net.createServer();
  probe.listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as net.AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}

function lastLines(text: string): string {
  return text.trim().split("\n").slice(-5).join(" | ");
}
