import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import type { Ends } from "../offramp-process.ts";

/** What a process took. */
export interface Timed {
  readonly seconds: number;
  /** The most memory that it held, in MiB; undefined where the system does not say. */
  readonly peakMiB: number | undefined;
}

/** Where a command runs, and with what besides both ends. */
export interface TimedOptions {
  /** Holds an `offramp.config.ts`, perhaps. */
  readonly folder?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** What users run: the sources would be compiled at every start. */
const main = fileURLToPath(new URL("../../../../packages/cli/dist/main.mjs", import.meta.url));

/**
 * Runs the built `offramp` to its end.
 *
 * @throws {Error} it is not built, or it did not do what was asked; holds what it said.
 */
export async function timedOfframp(
  words: readonly string[],
  ends: Ends,
  { folder, environment }: TimedOptions = {},
): Promise<Timed> {
  if (!existsSync(main)) throw new Error('packages/cli is not built: run "pnpm build" first.');
  return timed(
    spawn(process.execPath, [main, ...words], {
      cwd: folder,
      env: {
        PATH: process.env["PATH"],
        OFFRAMP_SOURCE_URL: ends.sourceUrl,
        OFFRAMP_TARGET_URL: ends.targetUrl,
        ...environment,
      },
      stdio: ["ignore", "pipe", "pipe"],
    }),
  );
}

/**
 * Waits for the end of a process that has just been started.
 *
 * @throws {Error} it ended with another code than 0; holds what it said.
 */
export async function timed(child: ChildProcess): Promise<Timed> {
  const started = performance.now();
  let peakMiB: number | undefined;
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => (said += text));
  const watch = setInterval(() => (peakMiB = peakOf(child.pid) ?? peakMiB), 50);
  const code = await new Promise((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  clearInterval(watch);
  if (code !== 0) throw new Error(`${child.spawnargs.join(" ")} ended with ${String(code)}:\n${said}`);
  return { seconds: (performance.now() - started) / 1_000, peakMiB };
}

/** Linux keeps the highest resident size of a process. */
function peakOf(pid: number | undefined): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
    return peak === undefined ? undefined : Number(peak) / 1_024;
  } catch {
    // The process has ended, or this is no Linux: what was seen before stands.
    return undefined;
  }
}
