import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Runs a program of this folder in a new process that uses the packages as they are built, and reads what it printed. */
export async function inFreshProcess<T>(program: string, args: readonly string[]): Promise<T> {
  const path = fileURLToPath(new URL(program, import.meta.url));
  // Without the conditions of this process, which lead to the sources.
  const { stdout } = await run(process.execPath, [path, ...args], {
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  return JSON.parse(stdout) as T;
}
