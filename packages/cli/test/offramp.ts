import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** How a run of the command ended. */
export interface OfframpRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where and with what a command is run. */
export interface OfframpRunOptions {
  readonly folder?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** As it is installed: `npm test` has built it, and so does `pnpm build`. */
const main = fileURLToPath(new URL("../dist/main.mjs", import.meta.url));

/** Starts the built `offramp` as a process of its own, without a terminal. */
export function startOfframp(
  words: readonly string[],
  options: OfframpRunOptions = {},
): ReturnType<typeof spawn> {
  return spawn(process.execPath, [main, ...words], {
    cwd: options.folder,
    env: { PATH: process.env["PATH"], ...options.environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Runs `offramp` to its end. */
export async function offramp(
  words: readonly string[],
  options: OfframpRunOptions = {},
): Promise<OfframpRun> {
  const child = startOfframp(words, options);
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("close", resolve);
  });
  return { code, stdout, stderr };
}
