import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { UsageError } from "../command/usage-error.ts";
import type { SchemaFile } from "./script/schema-script.ts";

/** A file that this command made: two digits, a dash, a name. */
const OURS = /^\d\d-[a-z-]+\.sql$/;

/**
 * Writes the files into a folder, in place of those of an earlier run.
 *
 * @throws {UsageError} the folder holds files that are somebody else's.
 */
export async function writeSchemaFiles(folder: string, files: readonly SchemaFile[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const there = await readdir(folder);
  const foreign = there.find((name) => !OURS.test(name));
  if (foreign !== undefined)
    throw new UsageError(
      `--out: ${folder} holds "${foreign}", which offramp schema did not write. Name an empty folder.`,
    );
  for (const name of there) await rm(join(folder, name));
  for (const { name, sql } of files) await writeFile(join(folder, name), sql);
}
