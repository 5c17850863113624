import type { Catalog } from "@offramp/db/conformance";

import type { Adaptation } from "./adapt/adaptation.ts";
import { noteManagedCalls } from "./adapt/auth-calls.ts";
import { adaptExtensions } from "./adapt/extensions.ts";
import { adaptOwners } from "./adapt/owners.ts";
import { stripRowSecurity } from "./adapt/row-security.ts";
import { leaveUnsupported } from "./adapt/unsupported.ts";
import { adaptUsers } from "./adapt/users.ts";
import type { SchemaOptions } from "./schema-options.ts";

/**
 * What the source's schema is on the target: the one description of every intended difference. `schema` writes SQL from it, and
 * `verify` compares with it. Pure.
 */
export function adaptCatalog(source: Catalog, options: SchemaOptions): Adaptation {
  let adaptation: Adaptation = { catalog: source, notes: [] };
  adaptation = leaveUnsupported(adaptation);
  adaptation = adaptOwners(adaptation);
  adaptation = adaptUsers(adaptation, options.users);
  adaptation = adaptExtensions(adaptation, options);
  if (options.withoutRls) adaptation = stripRowSecurity(adaptation);
  return noteManagedCalls(adaptation, options.users.kind === "slim");
}
