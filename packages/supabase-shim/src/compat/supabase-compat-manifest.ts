import type { Manifest } from "@offramp/db/conformance";
import { packageRoot } from "../package-root.ts";

/**
 * What {@link supabaseCompat} makes, for `checkConformance` of `@offramp/db/conformance`: schema `auth` with its functions,
 * the roles `anon`, `authenticated` and `service_role` with their attributes, and what they may become. Which roles may
 * become one of the three is a deployment's own, so it is not compared.
 *
 * Where the migrating role may not give BYPASSRLS, as on RDS, that is the one finding; with policies of
 * `serviceRolePolicies` in its place, leave it out: `ignore: ["role service_role"]`.
 *
 * @throws {ConfigurationError} the package's file cannot be read.
 *
 * @example
 * import { connect } from "@offramp/db";
 * import { checkConformance } from "@offramp/db/conformance";
 * import { supabaseCompatManifest } from "@offramp/supabase-shim";
 *
 * const db = connect();
 * const manifest = await supabaseCompatManifest();
 * console.log((await checkConformance(db, undefined, { manifest })).conforms);
 * await db.close();
 */
export async function supabaseCompatManifest(): Promise<Manifest> {
  // An application that only answers calls does not load what compares schemas.
  const { readManifest } = await import("@offramp/db/conformance");
  return readManifest(new URL("manifests/supabase-compat.json", packageRoot));
}
