/** A JSON Web Key: an RSA, EC or OKP public key, or an `oct` secret. RFC 7517. */
export type JsonWebKey = Readonly<Record<string, unknown>>;

/** A JSON Web Key Set, as an identity provider publishes it. RFC 7517, section 5. */
export interface JsonWebKeySet {
  readonly keys: readonly JsonWebKey[];
}

/** How tokens are verified. With a secret and keys, a token may be of either. */
export interface JwtConfig {
  /** The shared secret of HS256, HS384 and HS512: at least 32 bytes. The JSON text of a key or key set is read as that. */
  readonly secret?: string;
  /** The secret is written in base64. Default false. */
  readonly secretIsBase64?: boolean;
  /** Public keys: a key set, a single key, the JSON text of either, or the `https://…` URL of a key set, fetched when needed. */
  readonly jwks?: JsonWebKeySet | JsonWebKey | string | URL;
  /** What a token's `aud` must name. A token without `aud` passes, as on PostgREST. */
  readonly audience?: string;
  /** Where the role stands in the claims: `.role` (the default), `.app."db-role"`, `.roles[0]`, `.roles[?(@ ^== "app_")]`. */
  readonly roleClaimKey?: string;
}

/** Whose rights calls get. */
export interface IdentityConfig {
  /** Absent: every token is refused (PGRST300). */
  readonly jwt?: JwtConfig;
  /** The database role of a call without a token. Absent: such a call is refused (PGRST302). */
  readonly anonRole?: string;
}
