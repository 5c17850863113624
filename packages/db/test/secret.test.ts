import { createServer } from "node:http";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { connect, ConnectionError, type ConnectOptions } from "../src/index.ts";
import { rejection, testDatabase } from "./test-database.ts";

const database = testDatabase();

beforeEach(() => {
  for (const name of ["DATABASE_URL", "DATABASE_SECRET_ID", "PGHOST", "PGPORT", "PGDATABASE"])
    vi.stubEnv(name, undefined);
});
afterEach(() => void vi.unstubAllEnvs());

function secretOf(url: string): {
  username: string;
  password: string;
  host: string;
  port: number;
  dbname: string;
  engine: string;
} {
  const { username, password, hostname, port, pathname } = new URL(url);
  return {
    username,
    password,
    host: hostname,
    port: Number(port),
    dbname: pathname.slice(1),
    engine: "postgres",
  };
}

async function currentDatabase(options: ConnectOptions): Promise<unknown> {
  const db = connect(options);
  try {
    return (await db.query({ text: "select current_database() as name" }))[0]?.["name"];
  } finally {
    await db.close();
  }
}

async function problem(text: string, options: ConnectOptions = {}): Promise<string> {
  const db = connect({ secretId: "clinic/db", fetchSecret: () => Promise.resolve(text), ...options });
  const error = await rejection(db.query({ text: "select 1" }));
  await db.close();
  expect(error).toBeInstanceOf(ConnectionError);
  expect(error).toMatchObject({ problem: "authentication" });
  expect(inspect(error, { showHidden: true, depth: 10 })).not.toContain("hunter2");
  return error.message;
}

describe("a database secret", () => {
  test("as RDS writes it", async () => {
    const secret = secretOf(database.url);
    expect(
      await currentDatabase({
        secretId: "clinic/db",
        fetchSecret: () => Promise.resolve(JSON.stringify(secret)),
      }),
    ).toBe(secret.dbname);
  });

  test("with `database`, and a port that is text", async () => {
    const { dbname, port, ...rest } = secretOf(database.url);
    const text = JSON.stringify({ ...rest, port: String(port), database: dbname });
    expect(await currentDatabase({ secretId: "clinic/db", fetchSecret: () => Promise.resolve(text) })).toBe(
      dbname,
    );
  });

  test("that RDS manages holds only user and password; options or PG… variables say the rest", async () => {
    const { username, password, host, port, dbname } = secretOf(database.url);
    const fetchSecret = (): Promise<string> => Promise.resolve(JSON.stringify({ username, password }));
    expect(await currentDatabase({ secretId: "clinic/db", fetchSecret, host, port, database: dbname })).toBe(
      dbname,
    );
    expect(await problem(JSON.stringify({ username: "u", password: "hunter2" }))).toBe(
      'cannot use the database secret "clinic/db": it does not say the host, which is usual for a password that RDS manages. ' +
        'Give it with the option "host" or the environment variable PGHOST.',
    );
    vi.stubEnv("PGHOST", host);
    vi.stubEnv("PGPORT", String(port));
    vi.stubEnv("PGDATABASE", dbname);
    expect(await currentDatabase({ secretId: "clinic/db", fetchSecret })).toBe(dbname);
  });

  test("from DATABASE_SECRET_ID", async () => {
    vi.stubEnv("DATABASE_SECRET_ID", "from/env");
    const asked: string[] = [];
    const fetchSecret = (id: string): Promise<string> => {
      asked.push(id);
      return Promise.resolve(JSON.stringify(secretOf(database.url)));
    };
    await currentDatabase({ fetchSecret });
    expect(asked).toEqual(["from/env"]);
  });
});

describe("a secret that is no use says what is wrong with it, and nothing of what is in it", () => {
  test.each([
    [
      "hunter2, not JSON",
      'it is not JSON. Store it as {"username": …, "password": …, "host": …, "port": …, "dbname": …}.',
    ],
    [
      '["hunter2"]',
      "it is not a JSON object. A database secret has username, password, host, port, and dbname or database.",
    ],
    [
      '{"password":"hunter2"}',
      'its key "username" is missing or has the wrong type. A database secret has username, password, host, port, and dbname or database.',
    ],
    [
      '{"username":"u","password":"hunter2","host":"h","port":"hunter2"}',
      'its key "port" is missing or has the wrong type. A database secret has username, password, host, port, and dbname or database.',
    ],
  ])("%s", async (text, expected) => {
    expect(await problem(text)).toBe(`cannot use the database secret "clinic/db": ${expected}`);
  });
});

describe("fetching", () => {
  test("happens at first use, once for many statements, and again after a failure", async () => {
    let fetched = 0;
    const db = connect({
      secretId: "clinic/db",
      fetchSecret: async () => {
        fetched += 1;
        await new Promise((resolve) => setTimeout(resolve, 20));
        if (fetched === 1) throw new Error("the network is down");
        return JSON.stringify(secretOf(database.url));
      },
    });
    expect(fetched).toBe(0);
    const failed = await rejection(db.query({ text: "select 1" }));
    expect(failed).toBeInstanceOf(ConnectionError);
    expect(failed.message).toBe(
      'cannot use the database secret "clinic/db": fetchSecret failed: the network is down. Try again, or check that function.',
    );
    await Promise.all(Array.from({ length: 5 }, () => db.query({ text: "select pg_sleep(0.02)" })));
    expect(fetched).toBe(2);
    expect(db.description).toContain(`as ${secretOf(database.url).username}`);
    await db.close();
  });

  test("happens again when the password was rotated", async () => {
    await database.db.query({
      text: "drop role if exists rotating; create role rotating login superuser password 'old'",
      script: true,
    });
    let password = "old";
    let fetched = 0;
    const db = connect({
      secretId: "clinic/db",
      max: 1,
      maxLifetimeMs: 1,
      fetchSecret: () => {
        fetched += 1;
        return Promise.resolve(JSON.stringify({ ...secretOf(database.url), username: "rotating", password }));
      },
    });
    await db.query({ text: "select 1" });
    await database.db.query({ text: "alter role rotating password 'new'" });
    password = "new";
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await db.query({ text: "select 1 as one" })).toEqual([{ one: "1" }]);
    expect(fetched).toBe(2);
    password = "wrong";
    await database.db.query({ text: "alter role rotating password 'newer'" });
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await rejection(db.query({ text: "select 1" }))).toMatchObject({ problem: "authentication" });
    await db.close();
    await database.db.query({ text: "drop role rotating" });
  });
});

describe("AWS Secrets Manager", () => {
  /** Answers as Secrets Manager does, over its JSON protocol. */
  async function awsAnswers(
    status: number,
    body: object,
  ): Promise<{ endpoint: string; asked: unknown[]; close: () => void }> {
    const asked: unknown[] = [];
    const server = createServer((request, response) => {
      let text = "";
      request.on("data", (chunk: Buffer) => (text += chunk.toString("utf8")));
      request.on("end", () => {
        asked.push({
          target: request.headers["x-amz-target"],
          body: JSON.parse(text) as unknown,
          region: /\/([\w-]+)\/secretsmanager/.exec(String(request.headers.authorization))?.[1],
        });
        response
          .writeHead(status, { "content-type": "application/x-amz-json-1.1" })
          .end(JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    return { endpoint: `http://127.0.0.1:${port}`, asked, close: () => void server.close() };
  }

  beforeEach(() => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
    vi.stubEnv("AWS_REGION", undefined);
  });

  test("is asked for the secret, in the region of its ARN", async () => {
    const secretId = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:clinic/db-AbCdEf";
    const aws = await awsAnswers(200, {
      Name: "clinic/db",
      SecretString: JSON.stringify(secretOf(database.url)),
    });
    vi.stubEnv("AWS_ENDPOINT_URL_SECRETS_MANAGER", aws.endpoint);
    vi.stubEnv("DATABASE_SECRET_ID", secretId);
    expect(await currentDatabase({})).toBe(secretOf(database.url).dbname);
    expect(aws.asked).toEqual([
      { target: "secretsmanager.GetSecretValue", body: { SecretId: secretId }, region: "eu-central-1" },
    ]);
    aws.close();
  });

  test.each([
    [
      "ResourceNotFoundException",
      /AWS has no secret of that name in this region\. Check the name and AWS_REGION/,
    ],
    ["AccessDeniedException", /AWS denied access to it\. Allow secretsmanager:GetSecretValue/],
    ["DecryptionFailure", /AWS Secrets Manager did not give it \(DecryptionFailure: no\)/],
  ])("a refusal: %s", async (name, expected) => {
    const aws = await awsAnswers(400, { __type: name, Message: "no", message: "no" });
    vi.stubEnv("AWS_ENDPOINT_URL_SECRETS_MANAGER", aws.endpoint);
    vi.stubEnv("AWS_REGION", "us-east-1");
    const db = connect({ secretId: "clinic/db" });
    const error = await rejection(db.query({ text: "select 1" }));
    expect(error).toMatchObject({ problem: "authentication" });
    expect(error.message).toMatch(expected);
    await db.close();
    aws.close();
  });

  test("no region", async () => {
    const db = connect({ secretId: "clinic/db" });
    expect((await rejection(db.query({ text: "select 1" }))).message).toMatch(
      /no AWS region is set\. Set AWS_REGION/,
    );
    await db.close();
  });
});
