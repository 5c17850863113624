import { generateKeyPairSync, sign } from "node:crypto";
import { KMS } from "@aws-sdk/client-kms";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { kmsSigningKey, openTrail, secretSigningKey } from "../../src/index.ts";
import { verifyProof } from "../../src/proof-entry.ts";
import { anAccess, append } from "../append.ts";
import { type TrailDatabase, trailDatabase } from "../trail-database.ts";
import { jsonProtocolServer, type Operation } from "./json-protocol-server.ts";

const pair = generateKeyPairSync("ed25519");
const settings = {
  region: "eu-central-1",
  maxAttempts: 1,
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
};
let trail: TrailDatabase;

beforeEach(async () => {
  trail = await trailDatabase();
});
afterEach(() => trail.close());

/** KMS refuses what its documentation says that it refuses: a message over 4,096 bytes, and another pair of type and algorithm. */
const kmsSign: Operation = ({ KeyId, Message, MessageType, SigningAlgorithm }) => {
  const message = Buffer.from(String(Message), "base64");
  const refused = MessageType !== "RAW" || SigningAlgorithm !== "ED25519_SHA_512" || message.length > 4096;
  if (refused) throw Object.assign(new Error("refused"), { name: "ValidationException" });
  return { KeyId, SigningAlgorithm, Signature: sign(null, message, pair.privateKey).toString("base64") };
};

describe("a key in AWS KMS", () => {
  it("signs seals and retention statements that its public half verifies", async () => {
    const server = await jsonProtocolServer({
      "TrentService.GetPublicKey": ({ KeyId }) => ({
        KeyId,
        KeySpec: "ECC_NIST_EDWARDS25519",
        KeyUsage: "SIGN_VERIFY",
        SigningAlgorithms: ["ED25519_SHA_512", "ED25519_PH_SHA_512"],
        PublicKey: pair.publicKey.export({ type: "spki", format: "der" }).toString("base64"),
      }),
      "TrentService.Sign": kmsSign,
    });
    const kms = new KMS({ ...settings, endpoint: server.endpoint });
    const key = await kmsSigningKey("seal-2026", { kms, keyId: "alias/clinic-trail" });
    const id = await append(trail.admin, { call: anAccess });
    const kept = openTrail(trail.admin, { key });
    await kept.seal();
    expect(await kept.verify()).toMatchObject({ intact: true, records: 1 });
    const publicKey = pair.publicKey.export({ type: "spki", format: "pem" }).toString();
    expect(verifyProof(await kept.proof(id), [{ id: "seal-2026", publicKey }])).toMatchObject({
      valid: true,
    });
    kms.destroy();
    await server.close();
  });

  it("of another kind is refused", async () => {
    const server = await jsonProtocolServer({
      "TrentService.GetPublicKey": ({ KeyId }) => ({ KeyId, KeySpec: "ECC_NIST_P256", PublicKey: "AAAA" }),
    });
    const kms = new KMS({ ...settings, endpoint: server.endpoint });
    await expect(kmsSigningKey("seal-2026", { kms, keyId: "alias/other" })).rejects.toThrow(
      "the KMS key alias/other is ECC_NIST_P256, and seals are signed with Ed25519",
    );
    kms.destroy();
    await server.close();
  });
});

describe("a key in AWS Secrets Manager", () => {
  const asked = async (secret: object): Promise<unknown> => {
    const server = await jsonProtocolServer({ "secretsmanager.GetSecretValue": () => secret });
    const secrets = new SecretsManager({ ...settings, endpoint: server.endpoint });
    try {
      return await secretSigningKey("seal-2026", { secrets, secretId: "clinic/seal-key" });
    } finally {
      secrets.destroy();
      await server.close();
    }
  };

  it("is the text of its PEM file", async () => {
    const SecretString = pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    expect(await asked({ SecretString })).toMatchObject({
      id: "seal-2026",
      publicKey: pair.publicKey.export({ type: "spki", format: "der" }).toString("base64"),
    });
  });

  it("that is something else is refused, and not shown", async () => {
    await expect(asked({ SecretString: "hunter2" })).rejects.toThrow(
      /^signingKey: the key seal-2026 is no private key in PEM$/,
    );
    await expect(asked({ SecretBinary: "AAAA" })).rejects.toThrow("has no text");
  });
});
