import { EncryptionError } from "./encryption-error.ts";
import { fingerprintOf, type KeyWrapper, unwrapWith, wrappingKeyOf, wrapWith } from "./key-wrapper.ts";
import { readWrappingKey } from "./wrapping-key-text.ts";

/**
 * Where the wrapping key is kept.
 *
 * @example
 * import { secretWrapper, type SecretWrapperOptions } from "@offramp/db/encryption";
 *
 * const options: SecretWrapperOptions = { secretId: "clinic/wrapping-key", region: "eu-central-1" };
 * console.log(secretWrapper(options).id);
 */
export interface SecretWrapperOptions {
  /** Name or ARN. Its text is 32 random bytes in base64. */
  readonly secretId: string;
  /** Default: that of the ARN, else as the AWS SDK finds it. */
  readonly region?: string;
  /** Another address of the service, for a VPC endpoint or a test. */
  readonly endpoint?: string;
}

type Stage = "AWSCURRENT" | "AWSPREVIOUS";

/**
 * Wraps data keys with a key in AWS Secrets Manager. Whoever may read the secret can unwrap every data key, and the
 * secret's use is not logged key by key, so prefer {@link kmsWrapper} where you can.
 *
 * When the secret rotates, keys that its previous version wrapped are still unwrapped; `rewrapDataKeys` wraps them anew,
 * before it rotates once more. The secret is fetched when a key is first needed, and again when a key was wrapped by
 * another one.
 *
 * @throws {EncryptionError} from its methods: the secret cannot be read, or holds no key.
 *
 * @example
 * import { secretWrapper } from "@offramp/db/encryption";
 *
 * const wrapper = secretWrapper({ secretId: "clinic/wrapping-key" });
 * console.log(wrapper.id);
 */
export function secretWrapper(options: SecretWrapperOptions): KeyWrapper {
  const id = `the secret ${options.secretId}`;
  const known = new Map<string, Buffer>();
  const fetched = async (stage: Stage): Promise<Buffer> => {
    const key = readWrappingKey(await fetchSecret(options, stage, id), id);
    known.set(fingerprintOf(key).toString("hex"), key);
    return key;
  };
  return {
    id,
    // The newest version wraps, even when this process knows an older one.
    wrap: async (secret, name) => wrapWith(await fetched("AWSCURRENT"), secret, name),
    async unwrap(wrapped, name) {
      const fingerprint = wrappingKeyOf(wrapped);
      const fits = (key: Buffer): boolean => fingerprintOf(key).equals(fingerprint);
      let key = known.get(fingerprint.toString("hex")) ?? (await fetched("AWSCURRENT"));
      if (!fits(key)) key = await fetched("AWSPREVIOUS");
      return unwrapWith(key, wrapped, { id, name });
    },
  };
}

async function fetchSecret(
  { secretId, region, endpoint }: SecretWrapperOptions,
  stage: Stage,
  id: string,
): Promise<string> {
  const { SecretsManagerClient, GetSecretValueCommand } = await import("@aws-sdk/client-secrets-manager");
  const where = region ?? /^arn:[\w-]+:secretsmanager:([\w-]+):/.exec(secretId)?.[1];
  const client = new SecretsManagerClient({
    ...(where === undefined ? {} : { region: where }),
    ...(endpoint === undefined ? {} : { endpoint }),
    maxAttempts: 3,
  });
  try {
    const { SecretString: text } = await client.send(
      new GetSecretValueCommand({ SecretId: secretId, VersionStage: stage }),
    );
    if (text !== undefined) return text;
  } catch (error) {
    const reason = error instanceof Error ? error.name : "unknown";
    throw new EncryptionError(
      "key-service",
      `AWS Secrets Manager did not give version ${stage} of ${id} (${reason}). Check the name, AWS_REGION and the right secretsmanager:GetSecretValue.`,
    );
  } finally {
    client.destroy();
  }
  throw new EncryptionError(
    "key-service",
    `${id} holds binary data. Store 32 random bytes in base64, as text.`,
  );
}
