import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { kmsWrapper, secretWrapper } from "../../src/encryption-entry.ts";
import { unwrapWith, wrapWith } from "../../src/encryption/key-wrapper.ts";
import { rejection } from "../test-database.ts";

/** A service that speaks the JSON protocol of KMS and Secrets Manager, as far as the wrappers ask. */
const master = randomBytes(32);
const secrets = new Map<string, string>();
const asked: { readonly target: string; readonly body: Record<string, unknown> }[] = [];
let refuse: string | undefined;
let server: Server;
let endpoint = "";

function answer(target: string, body: Record<string, unknown>): Record<string, unknown> {
  const context = body["EncryptionContext"] as Record<string, string>;
  const name = { name: context?.["offramp:data-key"] ?? "", version: Number(context?.["offramp:version"]) };
  switch (target) {
    case "TrentService.Encrypt":
      return {
        CiphertextBlob: wrapWith(master, Buffer.from(String(body["Plaintext"]), "base64"), name).toString(
          "base64",
        ),
      };
    case "TrentService.Decrypt":
      return {
        Plaintext: unwrapWith(master, Buffer.from(String(body["CiphertextBlob"]), "base64"), {
          id: "KMS",
          name,
        }).toString("base64"),
      };
    case "secretsmanager.GetSecretValue":
      return { SecretString: secrets.get(String(body["VersionStage"])) };
    default:
      throw new Error(target);
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}

beforeAll(async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  server = createServer((request, response) => {
    void textOf(request).then((text) => {
      const target = String(request.headers["x-amz-target"]);
      const body = JSON.parse(text) as Record<string, unknown>;
      asked.push({ target, body });
      response.setHeader("content-type", "application/x-amz-json-1.1");
      try {
        if (refuse !== undefined) throw new Error(refuse);
        response.end(JSON.stringify(answer(target, body)));
      } catch {
        response.statusCode = 400;
        response.end(JSON.stringify({ __type: refuse ?? "InvalidCiphertextException", message: "no" }));
      }
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  vi.unstubAllEnvs();
  server.close();
});

beforeEach(() => {
  asked.length = 0;
  refuse = undefined;
});

const name = { name: "phi", version: 3 };

test("KMS wraps and unwraps for one data key alone, which its context names", async () => {
  const wrapper = kmsWrapper({ keyId: "alias/clinic", region: "eu-central-1", endpoint });
  const secret = randomBytes(32);
  const wrapped = await wrapper.wrap(secret, name);
  expect(Buffer.from(await wrapper.unwrap(wrapped, name)).equals(secret)).toBe(true);
  expect(asked.map(({ target, body }) => [target, body["KeyId"], body["EncryptionContext"]])).toEqual([
    ["TrentService.Encrypt", "alias/clinic", { "offramp:data-key": "phi", "offramp:version": "3" }],
    ["TrentService.Decrypt", "alias/clinic", { "offramp:data-key": "phi", "offramp:version": "3" }],
  ]);
  const { message } = await rejection(wrapper.unwrap(wrapped, { ...name, version: 4 }));
  expect(message).toMatch(
    /Version 4 of the data key "phi": the KMS key alias\/clinic did not unwrap it \(InvalidCiphertextException\)/,
  );
});

test("a refusal of KMS says which right is missing", async () => {
  refuse = "AccessDeniedException";
  const wrapper = kmsWrapper({ keyId: "arn:aws:kms:eu-central-1:111122223333:key/1", endpoint });
  expect((await rejection(wrapper.wrap(randomBytes(32), name))).message).toMatch(
    /AccessDeniedException.*kms:Encrypt/,
  );
});

test("a secret that was rotated still unwraps what its previous version wrapped", async () => {
  const [first, second, third] = [0, 1, 2].map(() => randomBytes(32).toString("base64"));
  secrets.set("AWSCURRENT", first ?? "");
  const options = { secretId: "clinic/wrapping-key", region: "eu-central-1", endpoint };
  const secret = randomBytes(32);
  const wrapped = await secretWrapper(options).wrap(secret, name);
  secrets.set("AWSPREVIOUS", first ?? "").set("AWSCURRENT", second ?? "");
  const running = secretWrapper(options);
  expect((await running.unwrap(wrapped, name)).length).toBe(32);
  // What is known is not fetched again.
  asked.length = 0;
  await running.unwrap(wrapped, name);
  expect(asked).toEqual([]);
  secrets.set("AWSPREVIOUS", second ?? "").set("AWSCURRENT", third ?? "");
  expect((await rejection(secretWrapper(options).unwrap(wrapped, name))).message).toMatch(
    /wrapped by another key/,
  );
});

test("a secret that is no key is not repeated", async () => {
  secrets.set("AWSCURRENT", "hunter2");
  const { message } = await rejection(
    secretWrapper({ secretId: "s", region: "eu-central-1", endpoint }).wrap(randomBytes(32), name),
  );
  expect(message).toMatch(/holds no key/);
  expect(message).not.toContain("hunter2");
});
