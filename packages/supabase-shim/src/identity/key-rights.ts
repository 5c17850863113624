import type { Claims } from "./identity.ts";
import { parseRolePath } from "./role-path.ts";

/** The roles that Supabase's keys stand for. */
export const ANON_ROLE = "anon";
export const SERVICE_ROLE = "service_role";

/** Whose rights a client's key stands for. */
export type KeyRights =
  /** No key, or one that says nothing: the connection's own. */
  | { readonly kind: "own" }
  /** The service key: `service_role` where the connection may be it, else the connection's own. */
  | { readonly kind: "service"; readonly token?: string }
  /** Just this role. */
  | { readonly kind: "role"; readonly role: string; readonly token?: string };

/**
 * What a key asks for: Supabase's new keys say it in their prefix, a JSON Web Token in its role claim.
 *
 * A key is configuration, like the database's URL beside it, so what it asks for is read and not verified. It can
 * only choose among the roles that PostgreSQL lets the connection become anyway. A key that came from outside would
 * be trusted too far: what users send are tokens, and those are verified.
 *
 * @param roleClaimKey where tokens say their role.
 * @throws {TypeError} a Supabase key of an unknown kind, or half a token: it may stand for few rights.
 */
export function keyRights(given: string | undefined, roleClaimKey: string): KeyRights {
  if (given === undefined) return { kind: "own" };
  const key = given.trim();
  if (key.startsWith("sb_publishable_")) return { kind: "role", role: ANON_ROLE };
  if (key.startsWith("sb_secret_")) return { kind: "service" };
  const claims = unverifiedClaims(key);
  if (claims === undefined) {
    // What begins like a key of Supabase stands for some rights; the connection's own may be more.
    if (!/^(?:sb_|eyJ)/i.test(key)) return { kind: "own" };
    throw new TypeError(
      "The key begins like a Supabase key but cannot be read, so its rights are not known. Give a whole publishable, secret, anon or service role key, or none.",
    );
  }
  // Supabase's own keys say it in `role`, wherever the users' tokens say theirs.
  const found = parseRolePath(roleClaimKey)(claims) ?? claims["role"];
  // A token that names no role is anonymous, on PostgREST too.
  const role = found === undefined ? ANON_ROLE : typeof found === "string" ? found : JSON.stringify(found);
  return role === SERVICE_ROLE ? { kind: "service", token: key } : { kind: "role", role, token: key };
}

/** The claims of a text that has the form of a JSON Web Token; undefined for anything else. */
function unverifiedClaims(key: string): Claims | undefined {
  const [, payload, signature] = key.split(".");
  if (payload === undefined || signature === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
    return typeof claims === "object" && claims !== null ? { ...claims } : undefined;
  } catch {
    // Three parts, but no JSON in the middle: not a token.
    return undefined;
  }
}
