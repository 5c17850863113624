import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { connect, ConfigurationError } from "../src/index.ts";
import { iamTokens } from "../src/options/iam-token.ts";
import { rejection, testDatabase } from "./test-database.ts";

const database = testDatabase();
const HOST = "clinic.abc123.eu-central-1.rds.amazonaws.com";
const NOON = new Date("2026-07-04T12:00:00Z");

beforeEach(() => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  vi.stubEnv("AWS_SESSION_TOKEN", undefined);
  vi.stubEnv("AWS_REGION", undefined);
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
  vi.useFakeTimers({ toFake: ["Date"], now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

function parameters(token: string): Record<string, string> {
  return Object.fromEntries(new URL(`https://${token}`).searchParams);
}

describe("an IAM token", () => {
  test("is for host, port, user and the region in the host's name, and valid for 15 minutes from now", async () => {
    const token = await iamTokens({ host: HOST, port: 5432, user: "app", region: undefined })();
    expect(token).toMatch(new RegExp(`^${HOST}:5432/\\?Action=connect&DBUser=app&`));
    expect(parameters(token)).toMatchObject({
      "X-Amz-Credential": "AKIAEXAMPLE/20260704/eu-central-1/rds-db/aws4_request",
      "X-Amz-Date": "20260704T120000Z",
      "X-Amz-Expires": "900",
    });
  });

  test("is new for each connection, so that none is ever late", async () => {
    const { hostname, port, pathname } = new URL(database.url);
    const sign = iamTokens({ host: hostname, port: Number(port), user: "iam_user", region: "eu-central-1" });
    // A server that takes the token of this minute for the password, and no other.
    const accept = async (): Promise<void> =>
      void (await database.db.query({ text: `alter role iam_user password '${await sign()}'` }));
    await database.db.query({ text: "create role iam_user login" });
    await accept();
    const db = connect({
      host: hostname,
      port: Number(port),
      database: pathname.slice(1),
      user: "iam_user",
      iamAuthentication: { region: "eu-central-1" },
      max: 1,
      maxLifetimeMs: 60_000,
    });
    expect(await db.query({ text: "select 1 as one" })).toEqual([{ one: "1" }]);
    vi.setSystemTime(NOON.getTime() + 16 * 60_000);
    await accept();
    expect(await db.query({ text: "select 2 as two" })).toEqual([{ two: "2" }]);
    await db.close();
    await database.db.query({ text: "drop role iam_user" });
  });
});

describe("what is missing is said", () => {
  const options = { database: "clinic", user: "app", iamAuthentication: true as const };

  test("the region", async () => {
    const error = await rejection(
      iamTokens({ host: "db.test", port: 5432, user: "app", region: undefined })(),
    );
    expect(error.message).toBe(
      'cannot sign an IAM token for user "app" at db.test: no AWS region is known. Set AWS_REGION, or give iamAuthentication: { region: "…" }.',
    );
  });

  test("that there is a password too", () => {
    expect(() => connect({ host: HOST, ...options, password: "p" })).toThrow(ConfigurationError);
    expect(() => connect({ url: `postgres://app:p@${HOST}/clinic`, iamAuthentication: true })).toThrow(
      /give either the option "iamAuthentication" or a password \(option "url"\), not both/,
    );
  });
});
