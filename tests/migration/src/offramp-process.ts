import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../../packages/cli/src/main.ts", import.meta.url));

/** How a run of the command ended. */
export interface OfframpRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Both ends of a migration. */
export interface Ends {
  readonly sourceUrl: string;
  readonly targetUrl: string;
}

/** Starts `offramp` as a process of its own, as a person would. */
export function startOfframp(words: readonly string[], ends: Ends): ChildProcess {
  return spawn(process.execPath, ["--conditions=@offramp/source", main, ...words], {
    env: {
      PATH: process.env["PATH"],
      OFFRAMP_SOURCE_URL: ends.sourceUrl,
      OFFRAMP_TARGET_URL: ends.targetUrl,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Runs `offramp` to its end. */
export async function offramp(words: readonly string[], ends: Ends): Promise<OfframpRun> {
  const child = startOfframp(words, ends);
  let [stdout, stderr] = ["", ""];
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  return { code, stdout, stderr };
}

/**
 * Runs `offramp` and expects it to do what was asked.
 *
 * @throws {Error} it did not; holds what it said.
 */
export async function offrampDone(words: readonly string[], ends: Ends): Promise<OfframpRun> {
  const run = await offramp(words, ends);
  if (run.code === 0) return run;
  throw new Error(`offramp ${words.join(" ")} ended with ${run.code}:\n${run.stdout}\n${run.stderr}`);
}
