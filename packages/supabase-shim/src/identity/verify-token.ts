import { err, type IdentityError, ok, type Result, type TokenProblem } from "../errors/index.ts";
import type { Claims } from "./identity.ts";
import type { ConfiguredKeys } from "./configured-keys.ts";
import type { PublishedKeys } from "./published-keys.ts";
import { isKnownAlgorithm, type KeyWanted, type VerificationKey } from "./verification-key.ts";

/** A token whose signature is right. Its claims may still speak against it. */
export interface VerifiedToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Claims;
  readonly signature: Uint8Array;
}

/** Where keys come from. */
export interface KeySources {
  readonly local: ConfiguredKeys["local"];
  readonly published?: PublishedKeys;
}

/** Verifies the signature of a token, with PostgREST's errors in its order. */
export async function verifyToken(
  token: string,
  sources: KeySources,
): Promise<Result<VerifiedToken, IdentityError>> {
  const read = readHeader(token);
  if (!read.ok) return refused(read.error);
  const { header, wanted, signature } = read.value;
  const keys = await keysFor(wanted, sources);
  if (!keys.ok) return keys;
  if (keys.value.length === 0) return refused({ kind: "noKey" });
  const payload = await verifiedPayload(token, wanted.alg, keys.value);
  if (payload === undefined) return refused({ kind: "signature" });
  const claims = parseObject(payload);
  if (claims === undefined) return err({ kind: "claims", problem: "unreadable" });
  return ok({ header, claims, signature });
}

function refused(problem: TokenProblem): { readonly ok: false; readonly error: IdentityError } {
  return err({ kind: "token", problem });
}

interface ReadHeader {
  readonly header: Readonly<Record<string, unknown>>;
  readonly wanted: KeyWanted;
  readonly signature: Uint8Array;
}

function readHeader(token: string): Result<ReadHeader, TokenProblem> {
  if (token === "") return err({ kind: "empty" });
  const parts = token.split(".");
  const [head, body, tail] = parts;
  if (parts.length !== 3 || head === undefined || body === undefined || tail === undefined) {
    return err({ kind: "parts", count: parts.length });
  }
  const header = [head, body, tail].every(isBase64Url)
    ? parseObject(Buffer.from(head, "base64url"))
    : undefined;
  const alg = header?.["alg"];
  if (header === undefined || typeof alg !== "string") return err({ kind: "malformed" });
  if (alg === "none") return err({ kind: "unsecured" });
  if (!isKnownAlgorithm(alg)) return err({ kind: "malformed" });
  const kid = header["kid"];
  return ok({
    header,
    wanted: { alg, ...(typeof kid === "string" ? { kid } : {}) },
    signature: new Uint8Array(Buffer.from(tail, "base64url")),
  });
}

function isBase64Url(text: string): boolean {
  return /^[\w-]*$/.test(text) && text.length % 4 !== 1;
}

/** A JSON object in UTF-8; undefined for anything else. */
function parseObject(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

async function keysFor(
  wanted: KeyWanted,
  { local, published }: KeySources,
): Promise<Result<readonly VerificationKey[], IdentityError>> {
  const fitting = local.filter((key) => key.fits(wanted));
  return fitting.length > 0 || published === undefined ? ok(fitting) : published.fitting(wanted);
}

/** The payload under the first key that made the signature. */
async function verifiedPayload(
  token: string,
  alg: string,
  keys: readonly VerificationKey[],
): Promise<Uint8Array | undefined> {
  const { compactVerify } = await import("jose");
  for (const key of keys) {
    try {
      const { payload } = await compactVerify(token, await key.imported(alg), { algorithms: [alg] });
      return payload;
    } catch {
      // Another key's signature, or none of a key's making: the next key may be the one.
    }
  }
  return undefined;
}
