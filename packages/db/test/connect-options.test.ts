import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { ConfigurationError, connect, type ConnectOptions } from "../src/index.ts";

beforeEach(() => {
  for (const name of ["DATABASE_URL", "DATABASE_SECRET_ID", "PGHOST", "PGSSLROOTCERT"])
    vi.stubEnv(name, undefined);
});
afterEach(() => void vi.unstubAllEnvs());

const URL_ = "postgres://app:hunter2secret@localhost:5432/clinic";

/** The message of the ConfigurationError that connect() throws. */
function message(options: unknown): string {
  try {
    connect(options as ConnectOptions);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  throw new Error("connect() was expected to throw");
}

describe("a wrong option is one line that names it", () => {
  test.each([
    [{ url: URL_, max: "abc" }, 'connect(): option "max" must be a whole number from 1 to 1000, got "abc"'],
    [{ url: URL_, max: 0 }, 'connect(): option "max" must be a whole number from 1 to 1000, got 0'],
    [{ url: URL_, max: 2.5 }, 'connect(): option "max" must be a whole number from 1 to 1000, got 2.5'],
    [
      { url: URL_, connectTimeoutMs: -1 },
      'connect(): option "connectTimeoutMs" must be a whole number of milliseconds from 1 to 2147483647, got -1',
    ],
    [
      { host: "h", database: "d", user: "u", port: 70_000 },
      'connect(): option "port" must be a whole number from 1 to 65535, got 70000',
    ],
    [
      { host: 5, database: "d", user: "u" },
      'connect(): option "host" must be a text that is not empty, got 5',
    ],
    [
      { url: URL_, session: { "a b": "x" } },
      'connect(): option "session" must be an object of setting names and texts, such as { statement_timeout: "30s" }, got an object',
    ],
    [{ url: URL_, maxx: 3 }, 'connect(): there is no option "maxx": did you mean "max"?'],
    [
      { url: URL_, ssl: { ca: "/etc/ca.pem" } },
      'connect(): option "ssl" must be "disable", "verify-full", or an object with "ca" (PEM text, not a path) and "serverName", got another value (not shown)',
    ],
    ["postgres://x", 'connect(): the options must be an object, such as { url: "postgres://…" }'],
  ])("%o", (options, expected) => {
    expect(message(options)).toBe(expected);
  });

  test("secrets are not shown", () => {
    for (const options of [
      { url: ["postgres://app:hunter2secret@localhost/clinic"] },
      { host: "localhost", database: "d", user: "u", password: ["hunter2secret"] },
      { url: "mysql://app:hunter2secret@localhost/clinic" },
      { url: "postgres://app:hunter2secret@[bad/clinic" },
      { url: "postgres://app:hunter2secret%zz@localhost/clinic" },
      { url: "postgres://app:hunter2secret@localhost:99999/clinic" },
    ]) {
      expect(message(options)).not.toContain("hunter2");
      expect(message(options)).not.toContain("\n");
    }
  });
});

describe("where the database comes from", () => {
  test("nothing set: the error says what to set", () => {
    expect(message({})).toMatch(
      /Set the environment variable DATABASE_URL .* or DATABASE_SECRET_ID .* option "url", "secretId"/,
    );
  });

  test("url, parts, secretId, DATABASE_URL, DATABASE_SECRET_ID, in this order", () => {
    vi.stubEnv("DATABASE_SECRET_ID", "clinic/db");
    expect(connect().description).toBe('the database of secret "clinic/db" (not fetched yet)');
    vi.stubEnv("DATABASE_URL", "postgres://env@localhost/fromenv");
    expect(connect().description).toBe("localhost:5432/fromenv as env");
    expect(connect({ secretId: "other/db" }).description).toBe(
      'the database of secret "other/db" (not fetched yet)',
    );
    expect(connect({ host: "127.0.0.1", port: 6000, database: "d", user: "u" }).description).toBe(
      "127.0.0.1:6000/d as u",
    );
    expect(connect({ url: URL_ }).description).toBe("localhost:5432/clinic as app");
  });

  test("two sources are refused", () => {
    expect(message({ url: URL_, host: "localhost" })).toBe(
      'connect(): give either the option "url" or "host", not both',
    );
    expect(message({ url: URL_, secretId: "s" })).toBe(
      'connect(): give either the option "url" or "secretId", not both',
    );
    expect(message({ secretId: "s", password: "p" })).toBe(
      'connect(): give either the option "password" or "secretId", not both',
    );
  });

  test("an incomplete source says what is missing", () => {
    expect(message({ host: "localhost", user: "u" })).toBe(
      'connect(): option "database" is missing: a database needs a host, a database name and a user',
    );
    expect(message({ url: "postgres://localhost/clinic" })).toBe(
      'connect(): option "url" names no user: a database needs a host, a database name and a user',
    );
    vi.stubEnv("DATABASE_URL", "postgres://u@localhost");
    expect(message({})).toBe(
      "connect(): DATABASE_URL names no database: a database needs a host, a database name and a user",
    );
  });

  test("the URL's own parameters", () => {
    expect(connect({ url: "postgres:///clinic?host=/var/run/postgresql&user=app" }).description).toBe(
      "/var/run/postgresql/.s.PGSQL.5432/clinic as app",
    );
    expect(connect({ url: "postgresql://app@[::1]:5433/my%20db" }).description).toBe(
      "[::1]:5433/my db as app",
    );
    expect(message({ url: `${URL_}?sslmode=sometimes` })).toBe(
      'connect(): option "url" has sslmode=sometimes: it must be one of disable, allow, prefer, require, verify-ca, verify-full',
    );
    expect(message({ url: `${URL_}?schema=app` })).toBe(
      'connect(): option "url" has the parameter "schema", which is not supported: remove it (server settings go into the option "session")',
    );
    expect(message({ url: `${URL_}?sslrootcert=/nowhere/ca.pem` })).toBe(
      "connect(): the certificate file of sslrootcert, /nowhere/ca.pem, cannot be read",
    );
  });
});
