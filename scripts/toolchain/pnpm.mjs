import { delimiter, join } from "node:path";

import { root } from "./root.mjs";
import { runProcess } from "./run-process.mjs";

/** The one place that says which pnpm this repository uses. */
export const pnpmVersion = "12.21.0";

const npx = process.platform === "win32" ? "npx.cmd" : "npx";

/**
 * Runs pnpm, which npm fetches: a newcomer needs no pnpm of their own.
 *
 * @param {readonly string[]} args
 * @param {{ quiet?: boolean, cwd?: string }} [options]
 */
export function pnpm(args, options = {}) {
  return runProcess(npx, ["--yes", `pnpm@${pnpmVersion}`, ...args], options);
}

/** The environment in which the workspace's tools and the development Node come first. */
export function developmentEnvironment() {
  const path = [join(root, "node_modules", ".bin"), process.env["PATH"]].join(delimiter);
  return { ...process.env, PATH: path };
}
