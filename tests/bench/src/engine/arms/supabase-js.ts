import { createClient } from "@supabase/supabase-js";
import type { BenchClient } from "../workload.ts";
import type { Arm } from "./arm.ts";
import { clientCall } from "./client-call.ts";

/**
 * supabase-js against a PostgREST that serves the bench's tables: `url` is its base URL, without `/rest/v1`,
 * and `key` a token that it accepts. Its pool has ten connections, as all others.
 */
export function supabaseJs(url: string, key: string): Arm {
  // supabase-js adds /rest/v1, which a PostgREST by itself does not have.
  const withoutPrefix: typeof fetch = (input, init) =>
    fetch(String(input instanceof Request ? input.url : input).replace("/rest/v1", ""), init);
  const client = createClient(url, key, { global: { fetch: withoutPrefix } }) as unknown as BenchClient;
  return {
    name: "supabase-js",
    against: "hand",
    call: (_, workload) => (workload.beyondUrl === true ? undefined : clientCall(client, workload)),
  };
}
