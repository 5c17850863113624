import type { Database } from "@offramp/db";
import { createClient } from "@offramp/supabase-shim";
import { rollbackOnly } from "./rollback-only.ts";
import type { ConformanceTarget } from "./target.ts";

/** The role that nearly all cases have: theirs run with a connection's own rights, without being told a role. */
const connectionRole = "service_role";

/** The fluent builder on the fixture, every call rolled back. */
export function builderTarget(fixture: Database, postgresMajor: number): ConformanceTarget {
  const database = rollbackOnly(fixture, connectionRole);
  const client = createClient(database, "unused", {
    db: { schema: "public" },
    schemas: ["public", "billing"],
  });
  return {
    name: "builder",
    answers: "exact",
    postgresMajor,
    client: async ({ claims }) => ({
      client: claims.role === connectionRole ? client : client.withClaims({ ...claims }),
      dispose: async () => {},
    }),
  };
}
