import { createServer, connect as dial, type Server } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { connect } from "@offramp/db";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createClient, type SupabaseClient } from "../../src/index.ts";
import { testDatabase, type TestDatabase } from "../test-database.ts";

let database: TestDatabase;
let client: SupabaseClient;

beforeAll(async () => {
  database = await testDatabase(`
    create table visits (id int primary key); insert into visits values (1);
    create function pause(seconds float8) returns int stable language sql as 'select 1 from pg_sleep(seconds)';`);
  client = createClient(database.db, undefined, { watchSchema: false });
  await client.from("visits").select().throwOnError();
});

afterAll(() => database.close());

/** Ends the connection of the call that sleeps. */
async function interrupt(): Promise<void> {
  const asleep =
    "select pid from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'";
  await expect.poll(() => database.column(asleep)).toHaveLength(1);
  await database.column(`select pg_terminate_backend(pid) from (${asleep}) as calls`);
}

/** A port that nothing listens on until it is forwarded to the database. */
async function silentPort(): Promise<{ readonly url: string; readonly forward: () => Promise<Server> }> {
  const target = new URL(database.url);
  const probe = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => probe.once("listening", resolve));
  const address = probe.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  await new Promise((resolve) => probe.close(resolve));
  const url = new URL(database.url);
  url.hostname = "127.0.0.1";
  url.port = String(port);
  return {
    url: url.href,
    forward: async () => {
      const server = createServer((socket) => {
        const line = dial(Number(target.port), target.hostname);
        socket.pipe(line).pipe(socket);
        for (const end of [socket, line]) end.on("error", () => socket.destroy());
      }).listen(port, "127.0.0.1");
      await new Promise((resolve) => server.once("listening", resolve));
      return server;
    },
  };
}

describe("a read", () => {
  test("whose connection is lost is tried again", async () => {
    const call = client.rpc("pause", { seconds: 0.7 }, { get: true }).then((answer) => answer);
    await interrupt();
    expect(await call).toMatchObject({ data: 1, status: 200 });
  });

  test("waits for a database that is not there yet", async () => {
    const { url, forward } = await silentPort();
    const pool = connect({ url, max: 1 });
    const reading = createClient(pool, undefined, { watchSchema: false }).from("visits").select();
    const call = reading.then((answer) => answer);
    await delay(300);
    const server = await forward();
    expect(await call).toMatchObject({ data: [{ id: 1 }], error: null });
    await pool.close();
    await new Promise((resolve) => server.close(resolve));
  });

  test("is given up at once where that is asked, or the call is aborted", async () => {
    const { url } = await silentPort();
    const pool = connect({ url, max: 1 });
    const lost = createClient(pool, undefined, { watchSchema: false });
    const started = performance.now();
    for (const chain of [
      lost.from("visits").select().retry(false),
      createClient(pool, undefined, { watchSchema: false, db: { retry: false } })
        .from("visits")
        .select(),
    ]) {
      expect(await chain).toMatchObject({ data: null, status: 503 });
    }
    expect(await lost.from("visits").select().abortSignal(AbortSignal.timeout(100))).toMatchObject({
      data: null,
      status: 0,
    });
    expect(performance.now() - started).toBeLessThan(1_000);
    await pool.close();
  });

  test("inside a transaction is not, for the transaction is lost", async () => {
    const work = client.transaction(async (tx) => {
      const call = tx.rpc("pause", { seconds: 5 }, { get: true }).then((answer) => answer);
      await interrupt();
      expect((await call).status).toBe(503);
    });
    await expect(work).rejects.toMatchObject({ name: "PostgrestError" });
  });
});

test("what may write is never tried again", async () => {
  const call = client.rpc("pause", { seconds: 5 }).then((answer) => answer);
  const started = performance.now();
  await interrupt();
  expect((await call).status).toBe(503);
  expect(performance.now() - started).toBeLessThan(1_000);
});
