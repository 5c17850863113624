import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { z } from "zod";

import { UsageError } from "../command/usage-error.ts";
import { offrampConfig, type OfframpConfig } from "./offramp-config.ts";

const NAMES = ["offramp.config.ts", "offramp.config.mts", "offramp.config.mjs", "offramp.config.js"];

/**
 * Reads `offramp.config.ts` of this folder, or the file that `--config` names. Without a file the configuration is empty.
 *
 * @throws {UsageError} the named file is not there, cannot be run, exports nothing by default, or holds a wrong setting.
 */
export async function loadConfig(folder: string, named?: string): Promise<OfframpConfig> {
  const path =
    named === undefined ? NAMES.map((name) => join(folder, name)).find(existsSync) : resolve(folder, named);
  if (path === undefined) return {};
  if (!existsSync(path)) throw new UsageError(`--config: there is no file ${path}.`);
  const { createJiti } = await import("jiti");
  let exported: unknown;
  try {
    exported = await createJiti(pathToFileURL(path).href).import(path, { default: true });
  } catch (error) {
    throw new UsageError(`${path} cannot be run: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = offrampConfig.safeParse(exported);
  if (parsed.success) return parsed.data;
  throw new UsageError(`${path} holds wrong settings:\n${z.prettifyError(parsed.error)}`);
}
