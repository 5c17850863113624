import type { Claims } from "../identity/index.ts";

/**
 * What `withClaims` takes: the claims of a token, of which `role` names the database role.
 *
 * @example
 * ```ts
 * import { createClient, type RoleClaims } from "@offramp/supabase-shim";
 *
 * const ada: RoleClaims = { role: "authenticated", sub: "00000000-0000-4000-8000-000000000001" };
 * const supabase = createClient("postgres://localhost/clinic", "sb_secret_key").withClaims(ada);
 * console.log(await supabase.from("reports").select("id"));
 * ```
 */
export interface RoleClaims {
  readonly role: string;
  readonly [claim: string]: unknown;
}

/**
 * A copy of the claims that no later change reaches.
 *
 * @throws {TypeError} there is no role, or the claims are no JSON.
 */
export function checkedClaims(claims: RoleClaims): Claims {
  if (typeof claims?.role !== "string" || claims.role === "") {
    throw new TypeError(
      'withClaims() needs the database role of the call: withClaims({ role: "authenticated", sub: userId }).',
    );
  }
  try {
    return JSON.parse(JSON.stringify(claims)) as Claims;
  } catch (error) {
    throw new TypeError("withClaims() takes claims that can be written as JSON.", { cause: error });
  }
}
