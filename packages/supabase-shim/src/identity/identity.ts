import { err, type IdentityError, ok, type Result } from "../errors/index.ts";

/** The claims of a token, or what stands in for them. */
export type Claims = Readonly<Record<string, unknown>>;

/** Whose rights a call has, decided by its door. */
export interface Identity {
  /** The database role to run as; undefined is the connection's own. */
  readonly role?: string;
  /** The claims that policies read, with `role`. Verified, or given by the application itself. */
  readonly claims?: Claims;
  /** The role is the one for calls without a token, so a refusal asks for one: 42501 is 401. */
  readonly anonymous: boolean;
}

export const OWN_RIGHTS: Identity = { anonymous: false };

/** The role that PostgreSQL reads as "no role": to set it would give a call the connection's own rights. */
const NO_ROLE = "none";

/** The identity of a role. Everything that makes one goes through here. */
export function identityOf(
  role: string,
  claims: Claims,
  anonRole: string | undefined,
): Result<Identity, IdentityError> {
  if (role === NO_ROLE) {
    return err({
      kind: "rightsRefused",
      what: 'The token asks for the role "none", which in PostgreSQL means the connection\'s own rights.',
      hint: "Give the user a role of the database in the token's role claim.",
    });
  }
  return ok({ role, claims: { ...claims, role }, anonymous: role === anonRole });
}
