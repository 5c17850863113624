import type { Database } from "@offramp/db";
import { createClient } from "@offramp/supabase-shim";
import { rollbackOnly } from "./rollback-only.ts";
import { UnservedClaims, type ConformanceTarget } from "./target.ts";

/** The role whose rights the builder's calls get, until a client can be given a role. */
const servedRole = "service_role";

/** The fluent builder on the fixture, every call rolled back. */
export function builderTarget(fixture: Database, postgresMajor: number): ConformanceTarget {
  const database = rollbackOnly(fixture, servedRole);
  const client = createClient(database, "unused", {
    db: { schema: "public" },
    schemas: ["public", "billing"],
  });
  return {
    name: "builder",
    answers: "exact",
    postgresMajor,
    client: async ({ claims }) => {
      if (claims.role !== servedRole) throw new UnservedClaims(claims);
      return { client, dispose: async () => {} };
    },
  };
}
