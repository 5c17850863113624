import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { writeApplication } from "./write-application.ts";

/** `pnpm bench:scan --files 10000`: what `offramp scan` takes of time and memory for an application of so many files. */
const { values } = parseArgs({ options: { files: { type: "string", default: "10000" } } });
const files = Number(values.files);
if (!Number.isSafeInteger(files) || files < 1) throw new RangeError("--files takes a whole number.");

const command = fileURLToPath(new URL("../../../../packages/cli/dist/main.mjs", import.meta.url));
// The process says itself what it held at most, when it ends.
const atExit = `data:text/javascript,process.on("exit",()=>console.error("peak "+process.resourceUsage().maxRSS))`;

const folder = await mkdtemp(join(tmpdir(), "offramp-scan-"));
try {
  await writeApplication(folder, files);
  const started = performance.now();
  const { code, said, uses } = await scan();
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  const peak = Math.round(Number(/peak (\d+)/.exec(said)?.[1]) / 1_024);
  console.log(`${files + 1} files, ${uses} uses, exit code ${code}, ${seconds} s, at most ${peak} MiB`);
} finally {
  await rm(folder, { recursive: true });
}

interface Scanned {
  readonly code: number | null;
  readonly said: string;
  readonly uses: number;
}

async function scan(): Promise<Scanned> {
  const child = spawn(process.execPath, ["--import", atExit, command, "scan", folder, "--json"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [said, printed] = ["", ""];
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  child.stdout.setEncoding("utf8").on("data", (text: string) => (printed += text));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  const { uses } = JSON.parse(printed) as { readonly uses: readonly unknown[] };
  return { code, said, uses: uses.length };
}
