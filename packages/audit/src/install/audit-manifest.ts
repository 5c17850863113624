import type { Manifest } from "@offramp/db/conformance";
import { packageRoot } from "../package-root.ts";

/**
 * What {@link auditMigrations} makes, for `checkConformance` of `@offramp/db/conformance`: the tables, functions and
 * triggers of schema `audit`, who may do what there, and the trail's roles, their attributes, and who may act as the
 * owner. Of the monthly partitions, those that are there must be as the trail makes them, and the present month's must be
 * there; those of months that are over may have been dropped by retention, which `verify()` of the trail looks after. Who
 * may append or read is a deployment's own, so it is not compared.
 *
 * @throws {ConfigurationError} the package's file cannot be read.
 *
 * @example
 * ```ts
 * import { auditManifest } from "@offramp/audit";
 * import { connect } from "@offramp/db";
 * import { checkConformance, clinicManifest, renderText } from "@offramp/db/conformance";
 * import * as schema from "@offramp/db/schema";
 *
 * const db = connect();
 * const manifest = [await clinicManifest(), await auditManifest()];
 * console.log(renderText(await checkConformance(db, schema, { manifest })));
 * await db.close();
 * ```
 */
export async function auditManifest(): Promise<Manifest> {
  // An application that only answers calls does not load what compares schemas.
  const { readManifest } = await import("@offramp/db/conformance");
  return readManifest(new URL("manifests/audit.json", packageRoot));
}
