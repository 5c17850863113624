/**
 * A JSON Web Key: an RSA, EC or OKP public key, or an `oct` secret. RFC 7517.
 *
 * @example
 * ```ts
 * import type { JsonWebKey } from "@offramp/supabase-shim";
 *
 * const key: JsonWebKey = { kty: "EC", crv: "P-256", kid: "2026-01", x: "f83OJ3D2xF1B…", y: "x_FEzRu9m36H…" };
 * console.log(key["kid"]);
 * ```
 */
export type JsonWebKey = Readonly<Record<string, unknown>>;

/**
 * A JSON Web Key Set, as an identity provider publishes it. RFC 7517, section 5.
 *
 * @example
 * ```ts
 * import { readFileSync } from "node:fs";
 * import { createClient, type JsonWebKeySet } from "@offramp/supabase-shim";
 *
 * const jwks = JSON.parse(readFileSync("jwks.json", "utf8")) as JsonWebKeySet;
 * const supabase = createClient("postgres://localhost/clinic", "sb_publishable_key", { jwt: { jwks } });
 * console.log(await supabase.from("clinics").select("name"));
 * ```
 */
export interface JsonWebKeySet {
  readonly keys: readonly JsonWebKey[];
}

/**
 * How tokens are verified. With a secret and keys, a token may be of either.
 *
 * @example
 * ```ts
 * import { createClient, type JwtConfig } from "@offramp/supabase-shim";
 *
 * const jwt: JwtConfig = {
 *   secret: process.env["SUPABASE_JWT_SECRET"],
 *   jwks: "https://login.example.com/.well-known/jwks.json",
 *   audience: "authenticated",
 * };
 * const supabase = createClient("postgres://localhost/clinic", "sb_publishable_key", { jwt });
 * const user = supabase.from("reports").select("id").setHeader("Authorization", "Bearer eyJhbGciOi…");
 * console.log(await user);
 * ```
 */
export interface JwtConfig {
  /** The shared secret of HS256, HS384 and HS512: at least 32 bytes. The JSON text of a key or key set is read as that. */
  readonly secret?: string | undefined;
  /** The secret is written in base64. Default false. */
  readonly secretIsBase64?: boolean | undefined;
  /** Public keys: a key set, a single key, the JSON text of either, or the `https://…` URL of a key set, fetched when needed. */
  readonly jwks?: JsonWebKeySet | JsonWebKey | string | URL | undefined;
  /** What a token's `aud` must name. A token without `aud` passes, as on PostgREST. */
  readonly audience?: string | undefined;
  /** Where the role stands in the claims: `.role` (the default), `.app."db-role"`, `.roles[0]`, `.roles[?(@ ^== "app_")]`. */
  readonly roleClaimKey?: string | undefined;
}

/** Whose rights calls get. */
export interface IdentityConfig {
  /** Absent: every token is refused (PGRST300). */
  readonly jwt?: JwtConfig;
  /** The database role of a call without a token. Absent: such a call is refused (PGRST302). */
  readonly anonRole?: string;
}
