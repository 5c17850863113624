import { spawn } from "node:child_process";
import { chmod, mkdtemp, readdir, readFile, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What the run left in its temporary folder, and processes that still use it. */
  readonly leftBehind: readonly string[];
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Sends SIGINT when the output contains this text. */
  readonly interruptAt?: string;
  readonly args?: readonly string[];
}

const main: string = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** Runs the example as a user does, with a temporary folder of its own. */
export async function runExample(options: RunOptions = {}): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), "clinic-test-"));
  // As root, the server runs as another user, who has to get into the folder.
  await chmod(folder, 0o755);
  const child = spawn(process.execPath, ["--conditions=@offramp/source", main, ...(options.args ?? [])], {
    env: { ...process.env, TMPDIR: folder, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  child.stderr.on("data", (chunk: Buffer) => (output.stderr += chunk.toString()));
  child.stdout.on("data", (chunk: Buffer) => {
    const before = output.stdout;
    output.stdout += chunk.toString();
    const { interruptAt } = options;
    if (interruptAt !== undefined && !before.includes(interruptAt) && output.stdout.includes(interruptAt)) {
      child.kill("SIGINT");
    }
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const leftBehind = [...(await readdir(folder)), ...(await processesOf(folder))];
  if (leftBehind.length === 0) await rmdir(folder);
  return { code, ...output, leftBehind };
}

/** The command lines that name the folder. Empty where there is no /proc. */
async function processesOf(folder: string): Promise<readonly string[]> {
  const ids = await readdir("/proc").then(
    (names) => names.filter((name) => /^\d+$/.test(name)),
    () => [],
  );
  const commands = await Promise.all(
    ids.map((id) => readFile(`/proc/${id}/cmdline`, "utf8").catch(() => "")),
  );
  return commands
    .filter((command) => command.includes(folder))
    .map((command) => command.replaceAll("\0", " "));
}
