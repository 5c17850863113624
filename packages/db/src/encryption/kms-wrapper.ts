import type * as kmsModule from "@aws-sdk/client-kms";
import { EncryptionError } from "./encryption-error.ts";
import { type DataKeyName, described, type KeyWrapper } from "./key-wrapper.ts";

/**
 * Which KMS key wraps the data keys.
 *
 * @example
 * import { kmsWrapper, type KmsWrapperOptions } from "@offramp/db/encryption";
 *
 * const options: KmsWrapperOptions = { keyId: "alias/clinic-phi", region: "eu-central-1" };
 * console.log(kmsWrapper(options).id);
 */
export interface KmsWrapperOptions {
  /** Id, ARN or alias of a symmetric key. */
  readonly keyId: string;
  /** Default: that of the ARN, else as the AWS SDK finds it. */
  readonly region?: string;
  /** Another address of the service, for a VPC endpoint or a test. */
  readonly endpoint?: string;
}

/**
 * Wraps data keys with a key in AWS KMS, which never leaves it. Needs the package `@aws-sdk/client-kms`. A process asks
 * KMS once for each version of a data key, when it starts. The encryption context is `offramp:data-key` and
 * `offramp:version`, so CloudTrail says which key was unwrapped, and a policy can allow one of them.
 *
 * Rotation inside KMS needs nothing here: KMS keeps its older versions.
 *
 * @throws {EncryptionError} from its methods: KMS refused or did not answer, or the package is missing.
 *
 * @example
 * import { kmsWrapper } from "@offramp/db/encryption";
 *
 * const wrapper = kmsWrapper({ keyId: "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab" });
 * console.log(wrapper.id);
 */
export function kmsWrapper(options: KmsWrapperOptions): KeyWrapper {
  const { keyId } = options;
  const id = `the KMS key ${keyId}`;
  return {
    id,
    async wrap(secret, key) {
      return ask(options, { id, key, doing: "wrap" }, async ({ client, kms }) => {
        const command = new kms.EncryptCommand({
          KeyId: keyId,
          Plaintext: secret,
          EncryptionContext: context(key),
        });
        return (await client.send(command)).CiphertextBlob;
      });
    },
    async unwrap(wrapped, key) {
      return ask(options, { id, key, doing: "unwrap" }, async ({ client, kms }) => {
        const command = new kms.DecryptCommand({
          KeyId: keyId,
          CiphertextBlob: wrapped,
          EncryptionContext: context(key),
        });
        return (await client.send(command)).Plaintext;
      });
    },
  };
}

type Kms = typeof kmsModule;

interface Asked {
  readonly id: string;
  readonly key: DataKeyName;
  readonly doing: "wrap" | "unwrap";
}

async function ask(
  { keyId, region, endpoint }: KmsWrapperOptions,
  { id, key, doing }: Asked,
  send: (service: {
    readonly client: InstanceType<Kms["KMSClient"]>;
    readonly kms: Kms;
  }) => Promise<Uint8Array | undefined>,
): Promise<Uint8Array> {
  const kms = await load();
  const where = region ?? /^arn:[\w-]+:kms:([\w-]+):/.exec(keyId)?.[1];
  const client = new kms.KMSClient({
    ...(where === undefined ? {} : { region: where }),
    ...(endpoint === undefined ? {} : { endpoint }),
    maxAttempts: 3,
  });
  try {
    const answer = await send({ client, kms });
    if (answer !== undefined) return answer;
  } catch (error) {
    const reason = error instanceof Error ? error.name : "unknown";
    throw new EncryptionError(
      "key-service",
      `${described(key)}: ${id} did not ${doing} it (${reason}). Check the key, AWS_REGION and the right kms:${doing === "wrap" ? "Encrypt" : "Decrypt"}.`,
    );
  } finally {
    client.destroy();
  }
  throw new EncryptionError("key-service", `${described(key)}: ${id} answered without a key.`);
}

async function load(): Promise<Kms> {
  try {
    return await import("@aws-sdk/client-kms");
  } catch {
    throw new EncryptionError(
      "setting",
      "kmsWrapper() needs the package @aws-sdk/client-kms: npm install @aws-sdk/client-kms",
    );
  }
}

function context({ name, version }: DataKeyName): Record<string, string> {
  return { "offramp:data-key": name, "offramp:version": String(version) };
}
