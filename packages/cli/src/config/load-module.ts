import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { UsageError } from "../command/usage-error.ts";

/**
 * Runs a module of the application's, in TypeScript or JavaScript, and gives what it exports.
 *
 * @throws {UsageError} it is not there, cannot be run, or exports nothing.
 */
export async function loadModule(file: string): Promise<object> {
  const path = resolve(file);
  if (!existsSync(path)) throw new UsageError(`There is no file ${path}.`);
  const { createJiti } = await import("jiti");
  let exported: unknown;
  try {
    exported = await createJiti(pathToFileURL(path).href).import(path);
  } catch (error) {
    throw new UsageError(`${path} cannot be run: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof exported === "object" && exported !== null) return exported;
  throw new UsageError(`${path} exports nothing.`);
}
