import { ConnectionError } from "../errors/connection-error.ts";

export interface IamLogin {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Default: the region in the host's name, then what the AWS SDK finds. */
  readonly region: string | undefined;
}

/**
 * A function that signs a token for each connection. A token is valid for 15 minutes and used once, at the login, so
 * none is kept: signing asks nobody over the network, and the signer keeps the AWS credentials and renews them.
 */
export function iamTokens(login: IamLogin): () => Promise<string> {
  let signer: ReturnType<typeof makeSigner> | undefined;
  return async () => {
    try {
      signer ??= makeSigner(login);
      return await (await signer).getAuthToken();
    } catch (error) {
      signer = undefined;
      throw problem(login, error);
    }
  };
}

async function makeSigner({ host, port, user, region }: IamLogin) {
  const { Signer } = await import("@aws-sdk/rds-signer");
  const found = region ?? /\.([a-z]{2}(?:-[a-z]+)+-\d)\.rds\.amazonaws\.com(?:\.cn)?$/i.exec(host)?.[1];
  return new Signer({
    hostname: host,
    port,
    username: user,
    ...(found === undefined ? {} : { region: found }),
  });
}

function problem({ host, user }: IamLogin, error: unknown): ConnectionError {
  const { code, name, message } = error as { code?: unknown; name?: unknown; message?: unknown };
  const [what, remedy] =
    code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND"
      ? ["the package @aws-sdk/rds-signer is not installed", "Install it: npm install @aws-sdk/rds-signer."]
      : name === "CredentialsProviderError"
        ? [
            "this process has no AWS credentials",
            "Run it with a role that may rds-db:connect, a profile, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
          ]
        : /region/i.test(String(message))
          ? ["no AWS region is known", 'Set AWS_REGION, or give iamAuthentication: { region: "…" }.']
          : [String(message), "Check the AWS credentials and region of this process."];
  return new ConnectionError(
    "authentication",
    `cannot sign an IAM token for user "${user}" at ${host}: ${what}. ${remedy}`,
  );
}
