import { createHash } from "node:crypto";
import type { Catalog } from "../../schema-cache/index.ts";
import type { LoadedCatalog } from "../catalog/load-catalog.ts";

/**
 * A catalog as plain data, as `writeSchemaSnapshot` makes it. It holds names, types and default expressions of the
 * schema and the names of the PHI columns, and no row of any table. It can be imported like any JSON.
 *
 * @example
 * ```ts
 * import { connect } from "@offramp/db";
 * import { createClient, type SchemaSnapshot, writeSchemaSnapshot } from "@offramp/supabase-shim";
 *
 * const db = connect();
 * const schemaSnapshot: SchemaSnapshot = await writeSchemaSnapshot(db);
 * const supabase = createClient(db, undefined, { schemaSnapshot });
 * console.log(schemaSnapshot.fingerprint, await supabase.from("profiles").select("id"));
 * ```
 */
export interface SchemaSnapshot {
  readonly format: string;
  readonly version: number;
  /** PostgreSQL's version, such as `18.1`. */
  readonly serverVersion: string;
  /** SHA-256 of the catalog: two snapshots with one fingerprint are of equal schemas. */
  readonly fingerprint: string;
  readonly catalog: object;
}

const FORMAT = "offramp-schema-snapshot";

/** Raised with every change of {@link Catalog}, so that an old file is refused and not misread. */
const VERSION = 1;

export function fingerprintOf(catalog: Catalog): string {
  return createHash("sha256").update(JSON.stringify(catalog)).digest("hex");
}

/** What the catalog says of the connection that read it is left out: each connection is asked for its own. */
export function snapshotOf({ catalog: read, serverVersion }: LoadedCatalog): SchemaSnapshot {
  const catalog: Catalog = { ...read, searchPath: [], settableRoles: {}, roleSettings: {} };
  return { format: FORMAT, version: VERSION, serverVersion, fingerprint: fingerprintOf(catalog), catalog };
}

/**
 * The catalog of a snapshot, judged as a whole: its text becomes SQL, so it is used as it was written or not at all.
 *
 * @throws {Error} it is not a snapshot, of another version, changed since it was written, or of other schemas.
 */
export function catalogOf(snapshot: unknown, exposedSchemas: readonly string[]): LoadedCatalog {
  const problem = problemOf(snapshot, exposedSchemas);
  if (problem !== undefined) {
    throw new Error(`The schema snapshot ${problem} Write it anew with writeSchemaSnapshot().`);
  }
  const { catalog, serverVersion } = snapshot as SchemaSnapshot;
  return { catalog: { ...(catalog as Catalog), exposedSchemas }, serverVersion };
}

function problemOf(value: unknown, exposedSchemas: readonly string[]): string | undefined {
  if (typeof value !== "object" || value === null) return "is not an object.";
  const { format, version, serverVersion, fingerprint, catalog } = value as Partial<SchemaSnapshot>;
  if (format !== FORMAT) return `is no snapshot: its format is not ${JSON.stringify(FORMAT)}.`;
  if (version !== VERSION) {
    return `has version ${JSON.stringify(version)}, and this release reads version ${VERSION}.`;
  }
  const whole = typeof catalog === "object" && catalog !== null && typeof serverVersion === "string";
  if (!whole || fingerprintOf(catalog as Catalog) !== fingerprint) {
    return "was changed after it was written: its fingerprint does not fit.";
  }
  const { exposedSchemas: written } = catalog as Catalog;
  const same =
    written.length === exposedSchemas.length && written.every((name) => exposedSchemas.includes(name));
  if (same) return undefined;
  return `is of the schemas ${written.join(", ")}, and the client exposes ${exposedSchemas.join(", ")}.`;
}
