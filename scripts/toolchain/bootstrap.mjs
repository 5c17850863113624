import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { build } from "./build.mjs";
import { duration } from "./duration.mjs";
import { pnpm, pnpmVersion } from "./pnpm.mjs";
import { developmentNode, root } from "./root.mjs";
import { SetUpError } from "./set-up-error.mjs";

const oldestNode = 20;

/** Makes a clone ready to run: installs and builds, and does nothing where nothing changed. */
export async function bootstrap() {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < oldestNode) {
    throw new SetUpError("This Node is too old.", {
      reason: `Offramp needs Node ${oldestNode} or newer; this is ${process.version}.`,
      remedy: "install a newer Node from your usual source and run the command again.",
    });
  }
  if (!isInstalled()) await install();
  await build();
}

/** pnpm keeps a copy of the lockfile that it installed; equal bytes mean there is nothing to do. */
function isInstalled() {
  const installed = join(root, "node_modules", ".pnpm", "lock.yaml");
  const finished = join(root, "node_modules", ".modules.yaml");
  if (![installed, finished, developmentNode].every((path) => existsSync(path))) return false;
  return readFileSync(installed).equals(readFileSync(join(root, "pnpm-lock.yaml")));
}

async function install() {
  const started = performance.now();
  console.log(`Installing dependencies (pnpm ${pnpmVersion}, through npm) …`);
  const { code, output, interrupted } = await pnpm(["install", "--frozen-lockfile"], { quiet: true });
  if (interrupted) {
    throw new SetUpError("Stopped while installing.", {
      reason: "Run it again to go on.",
      remedy: "",
      exitCode: code,
    });
  }
  if (code !== 0) {
    throw new SetUpError(`Installing the dependencies failed (pnpm ended with code ${code}).`, {
      reason: lastLines(output, 30),
      remedy: remedyFor(output),
    });
  }
  if (!existsSync(developmentNode)) {
    throw new SetUpError("The development Node was not installed.", {
      reason: `pnpm finished, but ${developmentNode} does not exist: there may be no build of the npm package "node" for ${process.platform} ${process.arch}.`,
      remedy: "use Linux, macOS or WSL on x64 or arm64.",
    });
  }
  console.log(`Installed in ${duration(performance.now() - started)}.`);
}

/** @param {string} output */
function remedyFor(output) {
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|network/i.test(output)) {
    return "check the connection to the package registry (`npm ping`) and run the command again.";
  }
  if (/ENOSPC/.test(output)) return "make room on the disk and run the command again.";
  if (/EACCES|EPERM|Permission denied/.test(output))
    return "the folder must be writable for you: check its owner (`ls -ld .`), or clone it afresh.";
  if (/OUTDATED_LOCKFILE|frozen-lockfile/i.test(output)) {
    return `pnpm-lock.yaml does not fit the package.json files: run \`npx --yes pnpm@${pnpmVersion} install\` and commit the lockfile.`;
  }
  return "read the lines above; deleting node_modules and running the command again starts from nothing.";
}

/** The end of what pnpm said, without its warnings. @param {string} text @param {number} count */
function lastLines(text, count) {
  const lines = text.trimEnd().split("\n");
  return lines
    .filter((line) => !line.startsWith("[WARN]"))
    .slice(-count)
    .join("\n");
}
