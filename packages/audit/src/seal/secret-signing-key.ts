import { signingKey, type SigningKey } from "./signing-key.ts";

/**
 * What is used of AWS Secrets Manager, with the names of its API: the class `SecretsManager` of
 * `@aws-sdk/client-secrets-manager` has it.
 *
 * @example
 * ```ts
 * import { SecretsManager } from "@aws-sdk/client-secrets-manager";
 * import type { SecretsLike } from "@offramp/audit";
 *
 * const secrets: SecretsLike = new SecretsManager({ region: "eu-central-1" });
 * console.log(secrets);
 * ```
 */
export interface SecretsLike {
  getSecretValue(input: {
    readonly SecretId: string;
  }): Promise<{ readonly SecretString?: string | undefined }>;
}

/**
 * A signing key whose private half is a secret in AWS Secrets Manager: the text of its PEM file. The role needs
 * `secretsmanager:GetSecretValue`; give it to whoever seals, and not to the application.
 *
 * @throws {TypeError} the secret is no Ed25519 private key. The message does not show it.
 *
 * @example
 * ```ts
 * import { SecretsManager } from "@aws-sdk/client-secrets-manager";
 * import { openTrail, secretSigningKey } from "@offramp/audit";
 * import { connect } from "@offramp/db";
 *
 * const key = await secretSigningKey("seal-2026", { secrets: new SecretsManager({}), secretId: "clinic/seal-key" });
 * await openTrail(connect(), { key }).seal();
 * ```
 */
export async function secretSigningKey(
  id: string,
  { secrets, secretId }: { readonly secrets: SecretsLike; readonly secretId: string },
): Promise<SigningKey> {
  const { SecretString } = await secrets.getSecretValue({ SecretId: secretId });
  if (SecretString === undefined)
    throw new TypeError(`secretSigningKey: the secret ${secretId} has no text: store the PEM as text`);
  return signingKey(id, SecretString);
}
