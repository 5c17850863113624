import { createHmac, generateKeyPairSync, type KeyObject, sign } from "node:crypto";

/** The secret that PostgREST's own test suite signs with. */
export const SECRET = "reallyreallyreallyreallyverysafe";

export type Payload = Readonly<Record<string, unknown>>;

/** Signed with node:crypto, so that the library under test is not its own judge. */
export function hsToken(payload: Payload, secret: string = SECRET, header: Payload = {}): string {
  const alg = typeof header["alg"] === "string" ? header["alg"] : "HS256";
  const signed = signedPart({ alg, typ: "JWT", ...header }, payload);
  const mac = createHmac(`sha${alg.slice(2)}`, secret)
    .update(signed)
    .digest("base64url");
  return `${signed}.${mac}`;
}

/** A key pair, and tokens made with it. */
export interface KeyPair {
  readonly jwk: Payload;
  readonly token: (payload: Payload, header?: Payload) => string;
}

export function rsaPair(kid?: string): KeyPair {
  return pairOf(generateKeyPairSync("rsa", { modulusLength: 2048 }), "RS256", kid);
}

export function ecPair(kid?: string): KeyPair {
  return pairOf(generateKeyPairSync("ec", { namedCurve: "P-256" }), "ES256", kid);
}

export function ed25519Pair(kid?: string): KeyPair {
  return pairOf(generateKeyPairSync("ed25519"), "EdDSA", kid);
}

function pairOf(
  { privateKey, publicKey }: { readonly privateKey: KeyObject; readonly publicKey: KeyObject },
  alg: string,
  kid: string | undefined,
): KeyPair {
  return {
    jwk: { ...publicKey.export({ format: "jwk" }), use: "sig", ...(kid === undefined ? {} : { kid }) },
    token: (payload, header = {}) => {
      const full: Payload = { alg, ...(kid === undefined ? {} : { kid }), ...header };
      const signed = signedPart(full, payload);
      return `${signed}.${signatureOf(signed, String(full["alg"]), privateKey).toString("base64url")}`;
    },
  };
}

function signatureOf(signed: string, alg: string, key: KeyObject): Buffer {
  const data = Buffer.from(signed);
  const hash = `sha${alg.slice(2)}`;
  switch (alg.slice(0, 2)) {
    case "ES":
      return sign(hash, data, { key, dsaEncoding: "ieee-p1363" });
    case "PS":
      // RSA_PKCS1_PSS_PADDING, with a salt as long as the hash.
      return sign(hash, data, { key, padding: 6, saltLength: Number(alg.slice(2)) / 8 });
    case "Ed":
      return sign(null, data, key);
    default:
      return sign(hash, data, key);
  }
}

/** Header and payload as they are signed; the payload may be any text. */
export function signedPart(header: Payload, payload: Payload | string): string {
  const text = typeof payload === "string" ? payload : JSON.stringify(payload);
  return `${base64Url(JSON.stringify(header))}.${base64Url(text)}`;
}

export function base64Url(text: string): string {
  return Buffer.from(text).toString("base64url");
}

/** Seconds since 1970, so many seconds from now. */
export function inSeconds(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds;
}
