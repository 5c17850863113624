import { generateKeyPairSync } from "node:crypto";
import { signingKey, type SigningKey } from "../../src/index.ts";

export function newKey(id: string): SigningKey {
  const { privateKey } = generateKeyPairSync("ed25519");
  return signingKey(id, privateKey.export({ type: "pkcs8", format: "pem" }).toString());
}
