import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import type { Database } from "@offramp/db";
import {
  catalogOf,
  loadCatalog,
  type LoadedCatalog,
  type SchemaSnapshot,
  snapshotOf,
} from "./execute/index.ts";

/**
 * Options of {@link writeSchemaSnapshot}.
 *
 * @example
 * ```ts
 * import type { SnapshotOptions } from "@offramp/supabase-shim";
 *
 * const options: SnapshotOptions = { schemas: ["public", "billing"], path: "schema-snapshot.json" };
 * console.log(options);
 * ```
 */
export interface SnapshotOptions {
  /** The schemas that the client will expose. Default `["public"]`. */
  readonly schemas?: readonly string[];
  /** A file to write the snapshot to, as JSON. Without it the snapshot is only returned. */
  readonly path?: string;
}

/**
 * Reads the schema once, for `createClient(url, key, { schemaSnapshot })`: a process that starts often, such as a
 * serverless function, then begins with its first call instead of with reading the catalog. Write it where the
 * migrations run, after them.
 *
 * The file names tables, columns, functions and PHI columns; it holds no row and no secret.
 *
 * @throws {ServerError} the role may not read the catalog, or the PHI inventory.
 * @throws {ConnectionError} the database cannot be reached.
 *
 * @example
 * ```ts
 * import { connect } from "@offramp/db";
 * import { writeSchemaSnapshot } from "@offramp/supabase-shim";
 *
 * const db = connect();
 * const { fingerprint } = await writeSchemaSnapshot(db, { schemas: ["public"], path: "schema-snapshot.json" });
 * console.log(fingerprint);
 * await db.close();
 * ```
 */
export async function writeSchemaSnapshot(
  db: Database,
  options: SnapshotOptions = {},
): Promise<SchemaSnapshot> {
  const snapshot = snapshotOf(await loadCatalog(db, options.schemas ?? ["public"]));
  if (options.path !== undefined) await writeFile(options.path, `${JSON.stringify(snapshot)}\n`);
  return snapshot;
}

/**
 * A snapshot that was given, or the file that holds it.
 *
 * @throws {Error} the file cannot be read, or what is in it is not a snapshot for these schemas.
 */
export function readSchemaSnapshot(
  given: SchemaSnapshot | string,
  exposedSchemas: readonly string[],
): LoadedCatalog {
  return catalogOf(typeof given === "string" ? readFile(given) : given, exposedSchemas);
}

function readFile(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw new Error(
      `The schema snapshot ${JSON.stringify(path)} cannot be read: ${why}. Write it with writeSchemaSnapshot().`,
      { cause: thrown },
    );
  }
}
