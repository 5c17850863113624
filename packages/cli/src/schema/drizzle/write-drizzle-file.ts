import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

import type { Terminal } from "../../terminal/terminal.ts";

/**
 * Writes the module. A file that is there is replaced only when a person says so: its marks may have been edited.
 *
 * @throws {AbortedError} the answer was no.
 */
export async function writeDrizzleFile(path: string, text: string, terminal: Terminal): Promise<void> {
  if (existsSync(path)) await terminal.confirm(`Replace ${path}, with whatever was changed in it?`);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
