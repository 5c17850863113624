import { authMember, type ClientResult, type Run, SharedHeaders, SupabaseClient } from "./client/index.ts";
import { err, renderError } from "./errors/index.ts";

/**
 * A client that judges calls and runs none: what a builder would refuse before anything is sent, it refuses in the same
 * words, and every other call answers with no rows. There is no database behind it, so names of tables and columns are
 * not looked up. For tools that read an application's source, such as `offramp scan`.
 *
 * @example
 * ```ts
 * import { createRehearsal } from "@offramp/supabase-shim/rehearsal";
 *
 * const { error } = await createRehearsal().from("profiles").select("id").or("id.is.7");
 * console.log(error?.code, error?.details); // PGRST100 unexpected "7" expecting …
 * ```
 */
export function createRehearsal(): SupabaseClient {
  return new SupabaseClient({
    run: rehearse,
    headers: SharedHeaders.of(undefined),
    members: {
      auth: authMember(async () =>
        err({ error: { kind: "noSecret" }, message: "A rehearsal verifies no token" }),
      ),
    },
  });
}

const rehearse: Run = async ({ request }): Promise<ClientResult<unknown>> => {
  if (request.ok) return { success: true, error: null, data: [], count: null, status: 200, statusText: "OK" };
  const { status, ...error } = renderError({ stage: "request", error: request.error });
  return { success: false, error, data: null, count: null, status, statusText: "" };
};
