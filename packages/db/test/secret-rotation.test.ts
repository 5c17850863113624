import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { connect, type Database, type DatabaseObservation } from "../src/index.ts";
import { secretsManager, type SecretsManager } from "./secrets-manager.ts";
import { only, rejection, testDatabase } from "./test-database.ts";

const database = testDatabase();
const USERS = ["rotation_a", "rotation_b"];
let manager: SecretsManager;
let db: Database;
let observed: DatabaseObservation[];

beforeEach(async () => {
  await database.db.query({
    text: USERS.map(
      (user) => `drop role if exists ${user}; create role ${user} login password 'first';`,
    ).join(""),
    script: true,
  });
  manager = await secretsManager(secret(USERS[0], "first"));
  vi.stubEnv("AWS_ENDPOINT_URL_SECRETS_MANAGER", manager.endpoint);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  vi.stubEnv("AWS_REGION", "eu-central-1");
  observed = [];
});
afterEach(async () => {
  await db.close();
  manager.close();
  vi.unstubAllEnvs();
  await database.db.query({ text: USERS.map((user) => `drop role ${user};`).join(""), script: true });
});

function secret(username: string | undefined, password: string): object {
  const { hostname, port, pathname } = new URL(database.url);
  return { username, password, host: hostname, port: Number(port), dbname: pathname.slice(1) };
}

function open(options: Parameters<typeof connect>[0] = {}): Database {
  db = connect({
    secretId: "clinic/db",
    max: 6,
    observe: (observation) => observed.push(observation),
    ...options,
  });
  return db;
}

function changePassword(user: string | undefined, password: string): Promise<unknown> {
  return database.db.query({ text: `alter role ${user} password '${password}'` });
}

/** Callers that never stop, on connections that live for a moment, so that there is a login every few milliseconds. */
async function underLoad(work: () => Promise<void>): Promise<{ calls: number; failures: string[] }> {
  const failures: string[] = [];
  let calls = 0;
  const done = new AbortController();
  const caller = async (): Promise<void> => {
    while (!done.signal.aborted) {
      calls += 1;
      await db.query({ text: "select 1" }).catch((error: Error) => failures.push(error.message));
      // What fails at once would leave no turn for anything else.
      await sleep(1);
    }
  };
  const callers = Array.from({ length: 4 }, caller);
  try {
    await work();
  } finally {
    done.abort();
    await Promise.all(callers);
  }
  return { calls, failures };
}

describe("a password that is rotated under load", () => {
  test("one user: pending, changed in the database, current: no call fails, and a healthy connection goes on", async () => {
    open({ maxLifetimeMs: 20 });
    const held = await db.reserve();
    const pid = only(await held.query({ text: "select pg_backend_pid() as pid" }))["pid"];
    const { calls, failures } = await underLoad(async () => {
      for (const password of ["second", "third", "fourth"]) {
        manager.put("AWSPENDING", secret(USERS[0], password));
        await sleep(60);
        await changePassword(USERS[0], password);
        await sleep(150);
        manager.finishRotation();
        await sleep(100);
      }
    });
    expect(failures).toEqual([]);
    expect(calls).toBeGreaterThan(4);
    expect(only(await held.query({ text: "select pg_backend_pid() as pid" }))["pid"]).toBe(pid);
    await held.release();
    expect(manager.asked).toContain("AWSPENDING");
    expect(observed.filter(({ kind }) => kind === "secretRefreshed").length).toBeGreaterThanOrEqual(3);
    expect(JSON.stringify(observed)).not.toMatch(/first|second|third|fourth/);
  });

  test("the label first and the database a moment later: the previous version still lets one in", async () => {
    open({ maxLifetimeMs: 20 });
    const { failures } = await underLoad(async () => {
      await sleep(50);
      manager.put("AWSPENDING", secret(USERS[0], "second"));
      manager.finishRotation();
      await sleep(150);
      await changePassword(USERS[0], "second");
      await sleep(150);
    });
    expect(failures).toEqual([]);
  });

  test("the database changes between two attempts, so that each version came at the wrong moment: both are tried again", async () => {
    db = connect({
      secretId: "clinic/db",
      retryWithinMs: 1,
      async fetchSecret(_, stage) {
        if (stage === "AWSPENDING") throw new Error("there is none");
        // The one that is current was refused by now.
        if (stage === "AWSPREVIOUS") await changePassword(USERS[0], "second");
        return JSON.stringify(secret(USERS[0], stage === "AWSCURRENT" ? "second" : "first"));
      },
    });
    expect(only(await db.query({ text: "select current_user as name" }))["name"]).toBe(USERS[0]);
  });

  test("two users in turn: the old one's connections go on until their time is over", async () => {
    open({ maxLifetimeMs: 20, secretRefreshMs: 50 });
    const users = new Set([only(await db.query({ text: "select current_user as name" }))["name"]]);
    const { failures } = await underLoad(async () => {
      await changePassword(USERS[1], "second");
      manager.put("AWSPENDING", secret(USERS[1], "second"));
      manager.finishRotation();
      await expect
        .poll(async () => {
          users.add(only(await db.query({ text: "select current_user as name" }))["name"]);
          return [...users];
        })
        .toEqual(["rotation_a", "rotation_b"]);
      await changePassword(USERS[0], "locked out");
      await sleep(100);
    });
    expect(failures).toEqual([]);
  });
});

describe("a secret that is old", () => {
  test("is fetched again in the background, while the known one serves", async () => {
    open({ maxLifetimeMs: 1, secretRefreshMs: 1 });
    await db.query({ text: "select 1" });
    expect(manager.asked).toEqual(["AWSCURRENT"]);
    manager.broken = true;
    await sleep(5);
    await db.query({ text: "select 1" });
    await expect.poll(() => observed.map(({ kind }) => kind)).toEqual(["secretRefreshFailed"]);
    await db.query({ text: "select 1" });
  });

  test("and then used for new connections", async () => {
    open({ maxLifetimeMs: 1, secretRefreshMs: 1 });
    await db.query({ text: "select 1" });
    await changePassword(USERS[1], "second");
    manager.put("AWSCURRENT", secret(USERS[1], "second"));
    await sleep(5);
    await db.query({ text: "select 1" });
    await expect
      .poll(async () => only(await db.query({ text: "select current_user as name" }))["name"])
      .toBe("rotation_b");
    expect(observed[0]).toEqual({ kind: "secretRefreshed", secretId: "clinic/db", changed: true });
  });
});

test("a password that no version of the secret has is refused, with the server's words", async () => {
  open();
  await changePassword(USERS[0], "somebody changed it by hand");
  const error = await rejection(db.query({ text: "select 1" }));
  expect(error).toMatchObject({ problem: "authentication" });
  expect(error.message).toMatch(/password authentication failed for user "rotation_a"/);
  expect(new Set(manager.asked)).toEqual(new Set(["AWSCURRENT", "AWSPENDING", "AWSPREVIOUS"]));
  await changePassword(USERS[0], "first");
  expect(await db.query({ text: "select 1 as one" })).toEqual([{ one: "1" }]);
});
