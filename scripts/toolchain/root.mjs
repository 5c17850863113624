import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the clone. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const executable = process.platform === "win32" ? "node.exe" : "node";

/** The development Node (24): an npm package in the lockfile, because the machine's Node may be older. */
export const developmentNode = join(root, "node_modules", "node", "bin", executable);

/** Fingerprints of what was built. Inside node_modules, so that a fresh install starts from nothing. */
export const cacheFolder = join(root, "node_modules", ".cache", "offramp");
