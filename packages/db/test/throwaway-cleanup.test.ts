import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

import { throwawayPostgres } from "../src/testing.ts";

interface Started {
  readonly child: ChildProcess;
  /** The directory of the supervisor: data and all. */
  readonly directory: string;
  /** Process ids of the server and its supervisor. */
  readonly pids: readonly number[];
}

async function start(ending: string): Promise<Started> {
  const program = fileURLToPath(new URL("programs/start-server.ts", import.meta.url));
  const child = spawn(process.execPath, ["--conditions=@offramp/source", program, ending], {
    env: { ...process.env, NODE_OPTIONS: "" },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [chunk] = (await once(child.stdout, "data")) as [Buffer];
  const data = chunk.toString("utf8").trim();
  const directory = path.dirname(data);
  const pids = [path.join(data, "postmaster.pid"), path.join(directory, "supervisor.pid")].map((file) =>
    Number.parseInt(readFileSync(file, "utf8"), 10),
  );
  expect(pids.every(isAlive)).toBe(true);
  return { child, directory, pids };
}

async function ended(child: ChildProcess): Promise<unknown> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return child.signalCode ?? child.exitCode;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function expectGone({ directory, pids }: Started): Promise<void> {
  await expect
    .poll(() => [existsSync(directory), ...pids.map(isAlive)], { timeout: 10_000 })
    .toEqual([false, false, false]);
}

describe("an embedded server goes with the process that started it", () => {
  test.each([
    ["exit", 3],
    ["exit code", 4],
    ["throw", 1],
  ])("%s: the exit code stays what it was", async (ending, code) => {
    const started = await start(ending);
    expect(await ended(started.child)).toBe(code);
    await expectGone(started);
  });

  test.each(["SIGTERM", "SIGINT", "SIGKILL"] as const)("%s", async (signal) => {
    const started = await start("hang");
    started.child.kill(signal);
    expect(await ended(started.child)).toBe(signal);
    await expectGone(started);
  });
});

test("what a killed supervisor left is removed at the next start", async () => {
  const started = await start("hang");
  process.kill(started.pids[1] ?? 0, "SIGKILL");
  await expect.poll(() => isAlive(started.pids[1] ?? 0)).toBe(false);
  expect([existsSync(started.directory), isAlive(started.pids[0] ?? 0)]).toEqual([true, true]);
  const next = await throwawayPostgres({ provider: "embedded" });
  await expectGone(started);
  await next.stop();
  started.child.kill();
  await ended(started.child);
});
