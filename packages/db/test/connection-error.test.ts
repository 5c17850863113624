import { once } from "node:events";
import net from "node:net";
import { inspect } from "node:util";
import { afterAll, describe, expect, inject, test } from "vitest";

import { connect, ConnectionError, type ConnectOptions } from "../src/index.ts";
import { rejection, testDatabase } from "./test-database.ts";

const database = testDatabase();
const servers: net.Server[] = [];

afterAll(() => {
  for (const server of servers) server.close();
});

/** A server of our own making; resolves to its port. */
async function listening(onSocket: (socket: net.Socket) => void): Promise<number> {
  const server = net.createServer((socket) => {
    socket.on("error", () => undefined);
    onSocket(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  servers.push(server);
  return (server.address() as net.AddressInfo).port;
}

async function failure(options: ConnectOptions): Promise<ConnectionError> {
  const db = connect(options);
  const error = await rejection(db.query({ text: "select 1" }));
  await db.close();
  expect(error).toBeInstanceOf(ConnectionError);
  expect(inspect(error, { showHidden: true, depth: 10 })).not.toContain("hunter2");
  expect(error.message).not.toContain("\n");
  return error as ConnectionError;
}

function local(url: string, change: (url: URL) => void): string {
  const changed = new URL(url);
  change(changed);
  return changed.href;
}

describe("a connection that cannot be had says why, where and what to do", () => {
  test("nothing listens", async () => {
    const port = await listening(() => undefined);
    await new Promise((resolve) => servers.pop()?.close(resolve));
    const error = await failure({ url: `postgres://app:hunter2@127.0.0.1:${port}/clinic` });
    expect(error.problem).toBe("unreachable");
    expect(error.message).toBe(
      `cannot connect to PostgreSQL at 127.0.0.1:${port} (database "clinic", user "app"): nothing is listening there (ECONNREFUSED). ` +
        "Check that the server is running, and that host and port are right.",
    );
  });

  test("again and again, without waiting longer each time", async () => {
    const db = connect({ url: "postgres://app:hunter2@127.0.0.1:1/clinic" });
    const started = performance.now();
    for (let attempt = 0; attempt < 8; attempt += 1) {
      expect(await rejection(db.query({ text: "select 1" }))).toMatchObject({ problem: "unreachable" });
    }
    expect(performance.now() - started).toBeLessThan(2000);
    await db.close();
  });

  test("a host that does not exist", async () => {
    const error = await failure({ url: "postgres://app:hunter2@db.invalid/clinic" });
    expect(error.problem).toBe("unreachable");
    expect(error.message).toMatch(
      /the host name "db.invalid" could not be resolved \((ENOTFOUND|EAI_AGAIN)\)/,
    );
  });

  test("a server that never answers", async () => {
    const port = await listening(() => undefined);
    const started = performance.now();
    const error = await failure({
      url: `postgres://app:hunter2@127.0.0.1:${port}/clinic`,
      connectTimeoutMs: 300,
    });
    expect(performance.now() - started).toBeLessThan(2000);
    expect(error.problem).toBe("timeout");
    expect(error.message).toMatch(/no answer within 0.3 s\. Check host and port, and that firewalls/);
  });

  test("many statements at once do not wait for one timeout after the other", async () => {
    const port = await listening(() => undefined);
    const db = connect({ url: `postgres://app@127.0.0.1:${port}/clinic`, connectTimeoutMs: 300, max: 2 });
    const started = performance.now();
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => rejection(db.query({ text: "select 1" }))),
    );
    expect(outcomes.every((error) => error instanceof ConnectionError && error.problem === "timeout")).toBe(
      true,
    );
    expect(performance.now() - started).toBeLessThan(2000);
    await db.close();
  });

  test("something that is not PostgreSQL", async () => {
    const port = await listening((socket) => {
      socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"));
    });
    const error = await failure({ url: `postgres://app:hunter2@127.0.0.1:${port}/clinic` });
    expect(error.problem).toBe("unreachable");
    expect(error.message).toMatch(/closed before the session began.*is it a PostgreSQL server/);
  });

  test("a missing unix socket", async () => {
    const error = await failure({ host: "/nowhere", database: "clinic", user: "app", password: "hunter2" });
    expect(error.problem).toBe("unreachable");
    expect(error.message).toMatch(/at \/nowhere\/\.s\.PGSQL\.5432 .* the socket cannot be opened \(ENOENT\)/);
  });

  test("a wrong password", async () => {
    const error = await failure({ url: local(inject("dbServerUrl"), (url) => (url.password = "hunter2")) });
    expect(error.problem).toBe("authentication");
    expect(error.message).toMatch(
      /refused user ".+": password authentication failed for user ".+"\. Check the user and the password/,
    );
  });

  test("an unknown user", async () => {
    const error = await failure({
      url: local(inject("dbServerUrl"), (url) => (url.username = "nobody_here")),
    });
    expect(error.problem).toBe("authentication");
    expect(error.message).toMatch(/refused user "nobody_here"/);
  });

  test("an unknown database", async () => {
    const error = await failure({
      url: local(inject("dbServerUrl"), (url) => (url.pathname = "/not_there")),
    });
    expect(error.problem).toBe("unknown-database");
    expect(error.message).toMatch(
      /there is no database "not_there"\. Check the database name, or create it\./,
    );
  });

  test("more connections than the role may have", async () => {
    await database.db.query({
      text: "drop role if exists crowded; create role crowded login password 'pw' connection limit 1",
      script: true,
    });
    const url = local(inject("dbServerUrl"), (parsed) => {
      parsed.username = "crowded";
      parsed.password = "pw";
    });
    const first = connect({ url, max: 1 });
    await first.query({ text: "select 1" });
    const error = await failure({ url });
    expect(error.problem).toBe("too-many-connections");
    // Where the pool has connections, it makes do with them.
    const pool = connect({ url, max: 5 });
    await first.close();
    const results = await Promise.all(
      Array.from({ length: 10 }, () => pool.query({ text: "select pg_sleep(0.01), 1 as one" })),
    );
    expect(results.length).toBe(10);
    await pool.close();
    await database.db.query({
      text: "drop role crowded",
      script: true,
    });
  });

  test("a setting that the server does not know", async () => {
    const db = connect({ url: database.url, session: { no_such_setting: "1" } });
    expect((await rejection(db.query({ text: "select 1" }))).message).toBe(
      'unrecognized configuration parameter "no_such_setting"',
    );
    await db.close();
  });

  test("a password function that fails", async () => {
    const { host, port, database: name, user } = parts(database.url);
    const error = await failure({
      host,
      port,
      database: name,
      user,
      password: () => Promise.reject(new Error("token service is down")),
    });
    expect(error.problem).toBe("authentication");
    expect(error.message).toMatch(/the function given as option "password" failed: token service is down/);
  });
});

describe("a connection that is lost", () => {
  test("while a statement runs: the statement fails, and the next one has a new connection", async () => {
    const db = connect({ url: database.url, max: 1 });
    const [row] = await db.query({ text: "select pg_backend_pid() as pid" });
    const running = rejection(db.query({ text: "select pg_sleep(30)" }));
    await expect
      .poll(() =>
        database.db.query({
          text: "select 1 as one from pg_stat_activity where pid = $1 and query like '%pg_sleep%'",
          values: [row?.["pid"] ?? ""],
        }),
      )
      .toEqual([{ one: "1" }]);
    await database.db.query({ text: "select pg_terminate_backend($1)", values: [row?.["pid"] ?? ""] });
    const error = await running;
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({ problem: "lost" });
    expect(error.message).toMatch(/was lost.*A statement that was running may or may not have taken effect/);
    expect(await db.query({ text: "select 1 as one" })).toEqual([{ one: "1" }]);
    await db.close();
  });

  test("while it is idle: nobody notices", async () => {
    const db = connect({ url: database.url, max: 1 });
    const [row] = await db.query({ text: "select pg_backend_pid() as pid" });
    await database.db.query({ text: "select pg_terminate_backend($1, 5000)", values: [row?.["pid"] ?? ""] });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await db.query({ text: "select 1 as one" })).toEqual([{ one: "1" }]);
    await db.close();
  });
});

test("parts connect like a URL", async () => {
  const { host, port, database: name, user, password } = parts(database.url);
  const db = connect({ host, port, database: name, user, password: () => Promise.resolve(password) });
  expect(await db.query({ text: "select current_database() as name" })).toEqual([{ name }]);
  await db.close();
});

function parts(url: string): {
  host: string;
  port: number;
  database: string;
  user: string;
  password: string;
} {
  const { hostname, port, pathname, username, password } = new URL(url);
  return { host: hostname, port: Number(port), database: pathname.slice(1), user: username, password };
}
