import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

import { connect, ConnectionError, type DatabaseObservation } from "../src/index.ts";
import { only, rejection, testDatabase } from "./test-database.ts";

const database = testDatabase();
const pidStatement = { text: "select pg_backend_pid() as pid" };

async function sessions(name: string): Promise<number> {
  const rows = await database.db.query({
    text: "select count(*) as n from pg_stat_activity where application_name = $1",
    values: [name],
  });
  return Number(only(rows)["n"]);
}

describe("the pool", () => {
  test("opens nothing before the first use, and at most `max` connections", async () => {
    const db = connect({ url: database.url, max: 3, applicationName: "pool-max" });
    expect(await sessions("pool-max")).toBe(0);
    const work = Promise.all(
      Array.from({ length: 12 }, () => db.query({ text: "select pg_sleep(0.05), pg_backend_pid() as pid" })),
    );
    const pids = new Set((await work).map((rows) => only(rows)["pid"]));
    expect(pids.size).toBe(3);
    expect(await sessions("pool-max")).toBe(3);
    await db.close();
    await expect.poll(() => sessions("pool-max")).toBe(0);
  });

  test("uses one connection for one statement after the other", async () => {
    const db = connect({ url: database.url });
    const first = only(await db.query(pidStatement))["pid"];
    for (let round = 0; round < 5; round += 1) expect(only(await db.query(pidStatement))["pid"]).toBe(first);
    await db.close();
  });

  test("a slow statement does not hold up a quick one", async () => {
    const db = connect({ url: database.url, max: 2 });
    await Promise.all([db.query({ text: "select 1" }), db.query({ text: "select 1" })]);
    const slow = db.query({ text: "select pg_sleep(1), 'slow' as name" });
    const quick = Promise.all(Array.from({ length: 10 }, () => db.query({ text: "select 'quick' as name" })));
    expect(await Promise.race([slow.then(() => "slow"), quick.then(() => "quick")])).toBe("quick");
    await slow;
    await db.close();
  });

  test("a statement that finds no free connection in time says so", async () => {
    const db = connect({ url: database.url, max: 1, acquireTimeoutMs: 100 });
    const connection = await db.reserve();
    const error = await rejection(db.query({ text: "select 1" }));
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({ problem: "pool-exhausted" });
    expect(error.message).toBe(
      'no database connection became free within 0.1 s: all 1 are in use. Look for statements and transactions that take long, or raise the option "max".',
    );
    await connection.release();
    expect(await db.query({ text: "select 1 as one" })).toEqual([{ one: "1" }]);
    await db.close();
  });

  test("idle connections are closed", async () => {
    const db = connect({ url: database.url, idleTimeoutMs: 50, applicationName: "pool-idle" });
    await db.query({ text: "select 1" });
    await expect.poll(() => sessions("pool-idle")).toBe(0);
    expect(await db.query({ text: "select 1 as one" })).toEqual([{ one: "1" }]);
    await db.close();
  });

  test("a connection that has lived long enough is replaced", async () => {
    const db = connect({ url: database.url, maxLifetimeMs: 50 });
    const first = only(await db.query(pidStatement))["pid"];
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(only(await db.query(pidStatement))["pid"]).not.toBe(first);
    await db.close();
  });

  test("session settings and the application's name reach the server", async () => {
    const db = connect({
      url: `${database.url}?options=-c%20work_mem%3D5MB`,
      session: { statement_timeout: "1234ms", search_path: "a,b" },
    });
    const text =
      "select current_setting('application_name') as name, current_setting('statement_timeout') as timeout, current_setting('search_path') as path, current_setting('work_mem') as memory";
    expect(await db.query({ text })).toEqual([
      { name: "offramp", timeout: "1234ms", path: "a,b", memory: "5MB" },
    ]);
    await db.close();
  });
});

describe("health()", () => {
  test("of a server that is there", async () => {
    const health = await database.db.health();
    expect(health).toMatchObject({
      reachable: true,
      tls: false,
      standby: false,
      pool: { opening: 0, waiting: 0, max: 20 },
      database: new URL(database.url).pathname.slice(1),
    });
    expect(health.latencyMs).toBeGreaterThan(0);
    // The server is on this machine.
    expect(Math.abs(health.clockSkewMs ?? Number.NaN)).toBeLessThan(1000);
    expect(health.serverVersion).toMatch(/^\d+\.\d+/);
    expect(health.user).toBe(new URL(database.url).username);
  });

  test("of a server that is not", async () => {
    const db = connect({ url: "postgres://app:hunter2@127.0.0.1:1/clinic" });
    const health = await db.health();
    expect(health.reachable).toBe(false);
    expect(health.problem).toMatch(/^cannot connect to PostgreSQL at 127\.0\.0\.1:1 .*ECONNREFUSED/);
    expect(JSON.stringify(health)).not.toContain("hunter2");
    await db.close();
  });
});

test("a slow statement is told of, by its text and never its values", async () => {
  const observed: DatabaseObservation[] = [];
  const db = connect({
    url: database.url,
    slowStatementMs: 80,
    observe: (observation) => observed.push(observation),
  });
  await db.query({ text: "select $1::text as quick", values: ["hunter2"] });
  await db.query({ text: "select $1::text as slow from pg_sleep(0.1)", values: ["hunter2"] });
  expect(observed).toEqual([
    {
      kind: "slowStatement",
      text: "select $1::text as slow from pg_sleep(?)",
      summary: "SELECT",
      durationMs: expect.any(Number),
      rows: 1,
    },
  ]);
  await db.close();
});

describe("close()", () => {
  test("lets running statements finish, and refuses new ones", async () => {
    const db = connect({ url: database.url });
    const running = db.query({ text: "select pg_sleep(0.2), 'finished' as state" });
    await expect
      .poll(
        async () =>
          (
            await database.db.query({
              text: "select 1 from pg_stat_activity where state = 'active' and query like '%finished%' and pid <> pg_backend_pid()",
            })
          ).length,
      )
      .toBe(1);
    const closing = db.close();
    expect(await rejection(db.query({ text: "select 1" }))).toMatchObject({
      problem: "closed",
      message: "the database handle was closed with close(). Make a new one with connect().",
    });
    expect((await running)[0]).toMatchObject({ state: "finished" });
    await closing;
    expect((await db.health()).problem).toMatch(/was closed/);
  });

  test("cancels and cuts what takes too long", async () => {
    const db = connect({ url: database.url, applicationName: "pool-cut" });
    await db.query({ text: "select 1" });
    const running = rejection(db.query({ text: "select pg_sleep(60)" }));
    const started = performance.now();
    await db.close({ timeoutMs: 100 });
    expect(await running).toMatchObject({ problem: "closed" });
    expect(performance.now() - started).toBeLessThan(2000);
    await expect.poll(() => sessions("pool-cut")).toBe(0);
  });

  test("of a handle that was never used, and twice", async () => {
    const db = connect({ url: database.url });
    await db.close();
    await db.close();
    expect(await rejection(db.reserve())).toMatchObject({ problem: "closed" });
  });
});

test("idle connections do not keep a process running", async () => {
  const program = fileURLToPath(new URL("programs/query-and-end.ts", import.meta.url));
  const started = performance.now();
  const child = spawn(process.execPath, ["--conditions=@offramp/source", program], {
    env: { ...process.env, DATABASE_URL: database.url, NODE_OPTIONS: "" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
  const [code] = (await once(child, "close")) as [number];
  expect([code, output]).toEqual([0, "answered\n"]);
  expect(performance.now() - started).toBeLessThan(10_000);
});
