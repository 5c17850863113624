import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** A server that keeps one secret and speaks the JSON protocol of AWS Secrets Manager. */
export interface SecretsManager {
  readonly endpoint: string;
  /** The stages that were asked for, in order. */
  readonly asked: string[];
  /** While true, it answers with an internal error. */
  broken: boolean;
  /** Puts a version under a label, as `UpdateSecretVersionStage` does. */
  put(stage: string, secret: object): void;
  /** What AWS's rotation does at its end: pending becomes current, and current previous. */
  finishRotation(): void;
  close(): void;
}

export async function secretsManager(first: object): Promise<SecretsManager> {
  const versions = new Map<string, object>([["AWSCURRENT", first]]);
  const server = createServer((request, response) => {
    void bodyOf(request).then(({ VersionStage: stage = "AWSCURRENT" }) => {
      manager.asked.push(stage);
      const answer = (status: number, body: object): void => {
        response
          .writeHead(status, { "content-type": "application/x-amz-json-1.1" })
          .end(JSON.stringify(body));
      };
      const secret = versions.get(stage);
      if (request.headers["x-amz-target"] !== "secretsmanager.GetSecretValue")
        answer(400, { __type: "UnknownOperationException" });
      else if (manager.broken) answer(500, { __type: "InternalServiceError", Message: "no" });
      else if (secret === undefined)
        answer(400, {
          __type: "ResourceNotFoundException",
          Message: `Secrets Manager can't find the specified secret value for staging label: ${stage}`,
        });
      else answer(200, { Name: "clinic/db", VersionStages: [stage], SecretString: JSON.stringify(secret) });
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const manager: SecretsManager = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    broken: false,
    put: (stage, secret) => void versions.set(stage, secret),
    finishRotation() {
      const [current, pending] = [versions.get("AWSCURRENT"), versions.get("AWSPENDING")];
      if (current === undefined || pending === undefined) throw new Error("there is no rotation to finish");
      versions.set("AWSPREVIOUS", current).set("AWSCURRENT", pending).delete("AWSPENDING");
    },
    close: () => void server.close(),
  };
  return manager;
}

async function bodyOf(request: IncomingMessage): Promise<{ readonly VersionStage?: string }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString("utf8")) as { readonly VersionStage?: string };
}
