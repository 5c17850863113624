/** Why a token cannot be read or verified. */
export type TokenProblem =
  /** `Authorization: Bearer` and nothing behind it. */
  | { readonly kind: "empty" }
  | { readonly kind: "parts"; readonly count: number }
  /** Not base64url, no JSON header, or an algorithm that nobody knows. */
  | { readonly kind: "malformed" }
  /** `alg: none` */
  | { readonly kind: "unsecured" }
  /** No key is of the token's algorithm and `kid`. */
  | { readonly kind: "noKey" }
  /** No such key made the signature. */
  | { readonly kind: "signature" };

/** What is wrong with the claims of a token whose signature is right. */
export type ClaimsProblem =
  | "unreadable"
  | "expired"
  | "notYetValid"
  | "issuedAtFuture"
  | "otherAudience"
  | "expNotNumber"
  | "nbfNotNumber"
  | "iatNotNumber"
  | "audNotText";

/** Why a call has no rights: nothing of it runs. */
export type IdentityError =
  /** PGRST300: a token came, and nothing is configured to verify it with. */
  | { readonly kind: "noSecret" }
  /** PGRST301 */
  | { readonly kind: "token"; readonly problem: TokenProblem }
  /** PGRST302: no token came, and there is no role for calls without one. */
  | { readonly kind: "tokenRequired" }
  /** PGRST303 */
  | { readonly kind: "claims"; readonly problem: ClaimsProblem }
  /** OFF006: the keys are published at a URL that does not answer. */
  | { readonly kind: "keysUnavailable"; readonly where: string; readonly why: string }
  /** OFF002: rights that this client may not use, or that the database does not know. */
  | { readonly kind: "rightsRefused"; readonly what: string; readonly hint: string };
