import { secretProblem, type SecretStage } from "./secret.ts";

export interface AwsSecretRequest {
  readonly secretId: string;
  readonly stage: SecretStage;
  readonly timeoutMs: number;
}

/**
 * The text of a secret in AWS Secrets Manager. Region and credentials are found as the AWS SDK
 * finds them; an ARN names its own region. The SDK is loaded only here, when a secret is used.
 *
 * @throws {ConnectionError} problem `authentication`, with what AWS said and the remedy.
 */
export async function fetchAwsSecret(request: AwsSecretRequest): Promise<string> {
  const { secretId, timeoutMs } = request;
  try {
    const text = await withinTime(ask(request), timeoutMs);
    if (text !== undefined) return text;
  } catch (error) {
    throw awsProblem(secretId, error);
  }
  throw secretProblem(secretId, "it holds binary data", "Store it as JSON text.");
}

async function ask({ secretId, stage }: AwsSecretRequest): Promise<string | undefined> {
  const { SecretsManagerClient, GetSecretValueCommand } = await import("@aws-sdk/client-secrets-manager");
  const region = /^arn:[\w-]+:secretsmanager:([\w-]+):/.exec(secretId)?.[1];
  const client = new SecretsManagerClient({ ...(region === undefined ? {} : { region }), maxAttempts: 2 });
  try {
    // AWSCURRENT is what is meant when nothing is said, and needs no other permission.
    const version = stage === "AWSCURRENT" ? {} : { VersionStage: stage };
    return (await client.send(new GetSecretValueCommand({ SecretId: secretId, ...version }))).SecretString;
  } finally {
    client.destroy();
  }
}

async function withinTime<T>(promise: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timedOut = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs);
  });
  try {
    return await Promise.race([promise, timedOut]);
  } finally {
    clearTimeout(timer);
  }
}

function awsProblem(secretId: string, error: unknown): Error {
  const name = error instanceof Error ? error.name : "";
  const message = error instanceof Error ? error.message : String(error);
  switch (name) {
    case "ResourceNotFoundException":
      return secretProblem(
        secretId,
        "AWS has no secret of that name in this region",
        "Check the name and AWS_REGION, or give the ARN.",
      );
    case "AccessDeniedException":
      return secretProblem(
        secretId,
        "AWS denied access to it",
        "Allow secretsmanager:GetSecretValue on it (and kms:Decrypt on its key) to this role.",
      );
    case "CredentialsProviderError":
      return secretProblem(
        secretId,
        "this process has no AWS credentials",
        "Run it with a role, a profile, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
      );
    default:
      if (/region is missing/i.test(message))
        return secretProblem(
          secretId,
          "no AWS region is set",
          "Set AWS_REGION, or give the ARN of the secret.",
        );
      return secretProblem(
        secretId,
        `AWS Secrets Manager did not give it (${name}: ${message})`,
        "Check network access to Secrets Manager.",
      );
  }
}
