import type { Database } from "@offramp/db";
import { type Manifest, manifestOf } from "@offramp/db/conformance";

const ROLES = ["anon", "authenticated", "service_role"];

/** The manifest of a fresh database that has the migration and nothing else. */
export function compatManifest(db: Database): Promise<Manifest> {
  return manifestOf(db, {
    schemas: ["auth"],
    roles: ROLES,
    ignore: ROLES.map((role) => `membership of * in ${role}`),
  });
}
