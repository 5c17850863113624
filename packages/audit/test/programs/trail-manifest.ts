import type { Database } from "@offramp/db";
import { type Manifest, manifestOf } from "@offramp/db/conformance";

/** Groups that a deployment lets its own roles into. */
const GROUPS = ["writer", "sealer", "retainer"].map((name) => `offramp_audit_${name}`);

/** The manifest of a fresh database that has the trail and nothing else. */
export function trailManifest(db: Database): Promise<Manifest> {
  return manifestOf(db, {
    schemas: ["audit"],
    roles: ["offramp_audit_owner", "offramp_auditor", ...GROUPS],
    monthly: [{ of: "audit.phi_access_log", like: "audit.phi_access_log_default" }],
    ignore: [...GROUPS, "offramp_auditor"].map((group) => `membership of * in ${group}`),
  });
}
