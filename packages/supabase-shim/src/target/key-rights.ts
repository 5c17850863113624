/** Why a key cannot be served yet, with the way out. */
export interface RefusedKey {
  readonly what: string;
  readonly hint: string;
}

const HINT =
  "Until roles are served, a client has the rights of its database connection. Connect as a database role with just the rights that this client may have, and give the service role key, or no key.";

/**
 * A key that asks for fewer rights than the connection's own is refused: to ignore it would give a browser's
 * key the rights of the server. Supabase's keys say their role in a claim (JWT) or in their prefix.
 * An opaque key asks for nothing.
 */
export function refusedKey(key: string): RefusedKey | undefined {
  if (key.startsWith("sb_publishable_")) {
    return { what: "The key is a publishable key, which stands for the role anon.", hint: HINT };
  }
  const role = roleClaim(key);
  if (role === undefined || role === "service_role") return undefined;
  return { what: `The key asks for the role ${JSON.stringify(role)}.`, hint: HINT };
}

/** A token of a user asks for that user's rights. */
export function refusedToken(where: string): RefusedKey {
  return {
    what: `${where} carries a token, which asks for its user's rights.`,
    hint: "Tokens are not served yet. Leave it out, and check the user's rights in your code.",
  };
}

/** The `role` claim of a JSON Web Token; undefined for anything that is not one. Nothing is verified here. */
function roleClaim(key: string): string | undefined {
  const [, payload, signature] = key.split(".");
  if (payload === undefined || signature === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
    if (typeof claims !== "object" || claims === null || !("role" in claims)) return "none";
    return String(claims.role);
  } catch {
    // Three parts, but no JSON in the middle: not a token.
    return undefined;
  }
}
