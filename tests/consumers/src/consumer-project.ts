import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { packPackages } from "../../../scripts/toolchain/pack.mjs";
import { runProcess } from "../../../scripts/toolchain/run-process.mjs";

/** A fresh project in which the packed packages are installed, as a user would have it. */
export interface ConsumerProject {
  readonly folder: string;
  /** Every specifier that the packages offer, such as `@offramp/db/testing`. */
  readonly entries: readonly string[];
  /** Why nothing could be installed: the registry with the packages' dependencies cannot be reached. */
  readonly unreachable?: string;
}

/** Programs of one module kind lie in a folder of their own, with its package.json. */
const kinds = { esm: "module", cjs: "commonjs" } as const;

/**
 * Packs the packages and installs the tarballs with npm into a new folder.
 *
 * @throws {Error} npm refuses the tarballs.
 */
export async function createConsumerProject(): Promise<ConsumerProject> {
  const folder = mkdtempSync(join(tmpdir(), "offramp-consumer-"));
  const packed = await packPackages(folder);
  const tarballs = Object.fromEntries(packed.map(({ name, tarball }) => [name, `file:${tarball}`]));
  const manifest = {
    name: "consumer",
    version: "1.0.0",
    private: true,
    dependencies: { ...tarballs, "@types/node": "*" },
    // The packages depend on each other by version; these versions are not in the registry yet.
    overrides: Object.fromEntries(packed.map(({ name }) => [name, `$${name}`])),
  };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  for (const [kind, type] of Object.entries(kinds)) {
    mkdirSync(join(folder, kind));
    writeFileSync(join(folder, kind, "package.json"), JSON.stringify({ type }));
  }

  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const flags = ["--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", "--no-update-notifier"];
  const { code, output } = await runProcess(npm, ["install", ...flags], { cwd: folder, quiet: true });
  if (code !== 0) {
    const lost = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH/.exec(output);
    if (!lost) throw new Error(`npm refuses the packed packages:\n${output}`);
    return { folder, entries: [], unreachable: `the package registry cannot be reached (${lost[0]})` };
  }
  return { folder, entries: packed.flatMap(({ name }) => entriesOf(folder, name)) };
}

/** Removes what {@link createConsumerProject} made. */
export function removeConsumerProject({ folder }: ConsumerProject): void {
  rmSync(folder, { recursive: true, force: true });
}

/** The Node that the machine has (20 or newer), which is what the packages promise to run on. */
const machineNode = process.env["npm_node_execpath"] ?? process.execPath;

/**
 * Runs a program of the consumer, and returns what it printed.
 *
 * @throws {Error} it ended with another code than 0.
 */
export async function runInProject(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  const { code, output } = await runProcess(machineNode, args, {
    env: { ...process.env, ...environment },
    quiet: true,
  });
  if (code !== 0) throw new Error(`${args.join(" ")} ended with code ${code}:\n${output}`);
  return output;
}

function entriesOf(folder: string, name: string): string[] {
  const manifest: { exports: Record<string, unknown> } = JSON.parse(
    readFileSync(join(folder, "node_modules", name, "package.json"), "utf8"),
  );
  return Object.keys(manifest.exports)
    .filter((path) => path !== "./package.json")
    .map((path) => name + path.slice(1));
}
