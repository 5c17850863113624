import { type Database, ServerError } from "@offramp/db";

import type { SchemaFile } from "./script/schema-script.ts";

/**
 * Runs the files on the target in one transaction: all of the schema is there afterwards, or nothing of it.
 *
 * @throws {Error} a statement was refused; the message names the file.
 */
export async function applySchema(
  target: Database,
  files: readonly SchemaFile[],
  onFile: (file: SchemaFile) => void,
): Promise<void> {
  await target.transaction(async (transaction) => {
    for (const file of files) {
      onFile(file);
      try {
        await transaction.query({
          text: file.sql.replaceAll(/^set (?=\w+ =)/gm, "set local "),
          script: true,
        });
      } catch (error) {
        if (!(error instanceof ServerError)) throw error;
        const reason = `${error.code}, ${error.message}`;
        throw new Error(`${file.name}: the target refused it (${reason}). Nothing was made.`, {
          cause: error,
        });
      }
    }
  });
}
