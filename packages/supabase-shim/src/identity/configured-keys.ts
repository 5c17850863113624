import type { JsonWebKey, JwtConfig } from "./identity-config.ts";
import { VerificationKey } from "./verification-key.ts";

/** Bytes that a shared secret must have, as on PostgREST: a shorter one can be guessed from one token. */
const MIN_SECRET_BYTES = 32;

/** The keys of a configuration, and the URL of those that are published elsewhere. */
export interface ConfiguredKeys {
  readonly local: readonly VerificationKey[];
  readonly remote?: URL;
}

/** @throws {TypeError} the secret is too short, or the keys or their URL cannot be read. */
export function configuredKeys({ secret, secretIsBase64, jwks }: JwtConfig): ConfiguredKeys {
  const ofSecret = secret === undefined ? [] : secretKeys(secret, secretIsBase64 === true);
  if (jwks === undefined) return { local: ofSecret };
  if (jwks instanceof URL || (typeof jwks === "string" && !jwks.trim().startsWith("{"))) {
    return { local: ofSecret, remote: checkedUrl(jwks) };
  }
  const set = typeof jwks === "string" ? parsedKeys(jwks, "jwt.jwks") : jwks;
  return { local: [...ofSecret, ...keysOf(set, "jwt.jwks")] };
}

function secretKeys(secret: string, isBase64: boolean): readonly VerificationKey[] {
  if (!isBase64 && secret.trim().startsWith("{"))
    return keysOf(parsedKeys(secret, "jwt.secret"), "jwt.secret");
  const bytes = isBase64 ? base64Bytes(secret) : Buffer.from(secret, "utf8");
  if (bytes.length < MIN_SECRET_BYTES) {
    throw new TypeError(
      `jwt.secret must be at least ${MIN_SECRET_BYTES} bytes long, got ${bytes.length}. Take the JWT secret of the Supabase project, or make one with: openssl rand -base64 48`,
    );
  }
  return [new VerificationKey({ kty: "oct", k: bytes.toString("base64url") }, true)];
}

/** Both alphabets, as on PostgREST, where a dot may stand for the padding. */
function base64Bytes(text: string): Buffer {
  const plain = text.trim().replaceAll("-", "+").replaceAll("_", "/").replaceAll(".", "=");
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(plain) || plain.replaceAll("=", "").length % 4 === 1) {
    throw new TypeError("jwt.secret is not base64, although jwt.secretIsBase64 says so.");
  }
  return Buffer.from(plain, "base64");
}

function parsedKeys(text: string, option: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new TypeError(`${option} begins like JSON but is none. Give the text of a JSON Web Key Set.`);
  }
}

/** A set, or a single key. */
function keysOf(set: unknown, option: string): readonly VerificationKey[] {
  const keys = isObject(set) && "keys" in set ? set["keys"] : [set];
  if (!Array.isArray(keys) || keys.length === 0 || !keys.every(isKey)) {
    throw new TypeError(
      `${option} is no JSON Web Key Set: it has the form { "keys": [{ "kty": "EC", … }, …] }, as a provider's jwks.json shows it.`,
    );
  }
  return keys.map((key) => new VerificationKey(key));
}

function isKey(key: unknown): key is JsonWebKey {
  return isObject(key) && typeof key["kty"] === "string";
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function checkedUrl(jwks: URL | string): URL {
  const url = URL.canParse(String(jwks)) ? new URL(String(jwks)) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new TypeError("jwt.jwks is neither a key set nor an http(s) URL of one.");
  }
  return url;
}
