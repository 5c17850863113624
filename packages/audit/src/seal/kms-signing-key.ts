import type { SigningKey } from "./signing-key.ts";

/**
 * What is used of AWS KMS, with the names of its API: the class `KMS` of `@aws-sdk/client-kms` has it.
 *
 * The role needs `kms:Sign` and `kms:GetPublicKey` on the key.
 *
 * @example
 * ```ts
 * import { KMS } from "@aws-sdk/client-kms";
 * import type { KmsLike } from "@offramp/audit";
 *
 * const kms: KmsLike = new KMS({ region: "eu-central-1" });
 * console.log(kms);
 * ```
 */
export interface KmsLike {
  getPublicKey(input: { readonly KeyId: string }): Promise<{
    readonly PublicKey?: Uint8Array | undefined;
    readonly KeySpec?: string | undefined;
  }>;
  sign(input: {
    readonly KeyId: string;
    readonly Message: Uint8Array;
    readonly MessageType: "RAW";
    readonly SigningAlgorithm: "ED25519_SHA_512";
  }): Promise<{ readonly Signature?: Uint8Array | undefined }>;
}

const SPEC = "ECC_NIST_EDWARDS25519";

/**
 * A signing key whose private half never leaves AWS KMS: an asymmetric key for signing with the key spec
 * `ECC_NIST_EDWARDS25519`. Its public half is asked for once, here.
 *
 * @param id names the key in seals. A new key needs a new one.
 *
 * @throws {TypeError} the key is of another kind.
 *
 * @example
 * ```ts
 * import { KMS } from "@aws-sdk/client-kms";
 * import { kmsSigningKey, openTrail } from "@offramp/audit";
 * import { connect } from "@offramp/db";
 *
 * const key = await kmsSigningKey("seal-2026", { kms: new KMS({}), keyId: "alias/clinic-trail" });
 * await openTrail(connect(), { key }).seal();
 * ```
 */
export async function kmsSigningKey(
  id: string,
  { kms, keyId }: { readonly kms: KmsLike; readonly keyId: string },
): Promise<SigningKey> {
  if (!/^\S+$/.test(id)) throw new TypeError("kmsSigningKey: the id of a key is a word without spaces");
  const { PublicKey, KeySpec } = await kms.getPublicKey({ KeyId: keyId });
  if (KeySpec !== SPEC || PublicKey === undefined) {
    throw new TypeError(
      `kmsSigningKey: the KMS key ${keyId} is ${KeySpec ?? "of no kind"}, and seals are signed with Ed25519: make one with the key spec ${SPEC}`,
    );
  }
  return {
    id,
    publicKey: Buffer.from(PublicKey).toString("base64"),
    async sign(bytes) {
      // RAW is pure Ed25519, as RFC 8032 has it: what is hashed before is signed otherwise.
      const { Signature } = await kms.sign({
        KeyId: keyId,
        Message: bytes,
        MessageType: "RAW",
        SigningAlgorithm: "ED25519_SHA_512",
      });
      if (Signature === undefined) throw new Error(`KMS gave no signature by the key ${keyId}.`);
      return Signature;
    },
  };
}
