import { createHmac } from "node:crypto";

import type { Database } from "@offramp/db";
import { createHandler } from "@offramp/supabase-shim/http";
import { PostgrestClient } from "@supabase/postgrest-js";

import type { Claims } from "./conformance-case.ts";
import type { ConformanceTarget } from "./target.ts";

/** At least 32 bytes, which HS256 asks for. */
const secret = "the conformance suite's own secret";

/** supabase's own client in front of the HTTP door on the fixture; every call is rolled back, as when it was recorded. */
export function httpTarget(fixture: Database, postgresMajor: number): ConformanceTarget {
  const handler = createHandler(fixture, {
    schemas: ["public", "billing"],
    anonRole: "anon",
    jwt: { secret },
    aggregates: true,
    explain: true,
    transactionEnd: "rollback-allow-override",
  });
  return {
    name: "http",
    answers: "result",
    postgresMajor,
    client: async ({ claims }) => {
      const client = new PostgrestClient("http://localhost", {
        headers: claims.role === "anon" ? {} : { Authorization: `Bearer ${tokenOf(claims)}` },
        fetch: (input, init) => handler(new Request(input, init)),
      });
      return { client, dispose: async () => {} };
    },
  };
}

/** A JSON Web Token of the claims, HS256. RFC 7519. */
function tokenOf(claims: Claims): string {
  const signed = [{ alg: "HS256", typ: "JWT" }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}
