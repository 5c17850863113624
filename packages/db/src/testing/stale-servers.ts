import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export const DIRECTORY_PREFIX = "offramp-postgres-";
/** Holds the process id of the supervisor. */
export const OWNER_FILE = "supervisor.pid";

const LOOKS = 50;
const LOOK_EVERY_MS = 100;

/** A directory younger than this may not have its owner file yet. */
const YOUNG_MS = 60_000;

/**
 * Removes what a supervisor left that was killed outright or lost its machine: the directory, and
 * the server if it still runs.
 */
export async function removeStaleServers(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(DIRECTORY_PREFIX)) continue;
    const directory = path.join(tmpdir(), name);
    try {
      if (!isStale(directory)) continue;
      await killServerOf(directory);
      rmSync(directory, { recursive: true, force: true });
    } catch {
      // Another user's, or another supervisor is removing it at this moment.
    }
  }
}

function isStale(directory: string): boolean {
  const { uid, ctimeMs } = statSync(directory);
  if (process.getuid !== undefined && uid !== process.getuid()) return false;
  const owner = readNumber(path.join(directory, OWNER_FILE));
  return owner === undefined ? Date.now() - ctimeMs > YOUNG_MS : !isAlive(owner);
}

async function killServerOf(directory: string): Promise<void> {
  const data = path.join(directory, "data");
  const pid = readNumber(path.join(data, "postmaster.pid"));
  if (pid === undefined) return;
  // The number may belong to another process by now: only one that runs on this directory is ours.
  if (readText(`/proc/${pid}/cmdline`)?.includes(data) !== true) return;
  process.kill(pid, "SIGQUIT");
  // Until it is gone it writes, and its directory cannot be removed.
  for (let look = 0; look < LOOKS && isAlive(pid); look += 1) await sleep(LOOK_EVERY_MS);
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function readNumber(file: string): number | undefined {
  const number = Number.parseInt(readText(file) ?? "", 10);
  return Number.isInteger(number) ? number : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
