import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { connect } from "@offramp/db";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createClient, type SupabaseClient } from "../../src/index.ts";
import { clinicDatabase } from "../clinic-database.ts";
import { testDatabase, type TestDatabase } from "../test-database.ts";

const SCRIPT = `
  create table visits (id int primary key);
  create function pause(seconds float8) returns int volatile language plpgsql as $$
    begin insert into visits values (1); perform pg_sleep(seconds); return 1; end $$;
  create function wait_for(seconds float8) returns int stable language sql as 'select 1 from pg_sleep(seconds)';`;

let database: TestDatabase;
/** On one connection, so that a call only runs when the one before has let go of it. */
let single: SupabaseClient;

beforeAll(async () => {
  database = await testDatabase(SCRIPT, { max: 3 });
  const pool = connect({ url: database.url, max: 1 });
  single = createClient(pool, undefined, { watchSchema: false });
  await single.from("visits").select().throwOnError();
  return () => pool.close();
});

afterAll(() => database.close());

beforeEach(() => database.script("truncate visits"));

const sleeping = (): Promise<readonly (string | null)[]> =>
  database.column(
    "select pid from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'",
  );

/** Runs a call and what it took, in milliseconds. */
async function timed<T>(call: PromiseLike<T>): Promise<{ readonly answer: T; readonly took: number }> {
  const started = performance.now();
  const answer = await call;
  return { answer, took: performance.now() - started };
}

const ABORTED = {
  success: false,
  data: null,
  count: null,
  status: 0,
  statusText: "",
  error: {
    message: "AbortError: This operation was aborted",
    code: "",
    details: "",
    hint: "Request was aborted (timeout or manual cancellation)",
  },
};

describe("an abort", () => {
  test.each([
    ["alone", "pause"],
    ["in its transaction", "wait_for"],
  ])("cancels the statement that runs %s, and frees the connection", async (_, name) => {
    const controller = new AbortController();
    const call = timed(single.rpc(name, { seconds: 20 }).abortSignal(controller.signal));
    await expect.poll(sleeping).toHaveLength(1);
    controller.abort();
    const { answer, took } = await call;
    expect(answer).toEqual(ABORTED);
    expect(took).toBeLessThan(5_000);
    expect(await sleeping()).toEqual([]);
    // Nothing of it was kept, and the one connection serves the next call.
    expect((await single.from("visits").select()).data).toEqual([]);
  });

  test("before the call sends nothing", async () => {
    database.log.take();
    const client = createClient(database.log.database, undefined, { watchSchema: false });
    await client.from("visits").select();
    database.log.take();
    expect(await client.rpc("pause", { seconds: 1 }).abortSignal(AbortSignal.abort())).toEqual(ABORTED);
    expect(await database.column("select count(*) from visits")).toEqual(["0"]);
  });

  test.each([
    ["alone", "pause"],
    ["in a transaction", "wait_for"],
  ])("while the call waits for a connection to run %s ends the wait", async (_, name) => {
    const first = single.rpc("wait_for", { seconds: 1.5 }).then((answer) => answer);
    await expect.poll(sleeping).toHaveLength(1);
    const { answer, took } = await timed(
      single.rpc(name, { seconds: 0 }).abortSignal(AbortSignal.timeout(100)),
    );
    expect(answer).toMatchObject({ status: 0, error: { hint: ABORTED.error.hint } });
    expect(took).toBeLessThan(1_000);
    expect((await first).data).toBe(1);
    expect((await single.from("visits").select()).data).toEqual([]);
  });

  test("while it waits does not make a recorded call wait to record that nothing happened", async () => {
    const clinic = await clinicDatabase();
    const pool = connect({ url: clinic.url, max: 1 });
    const client = createClient(pool, undefined, { watchSchema: false });
    await client.from("profiles").select("email").throwOnError();
    const busy = pool.query({ text: "select pg_sleep(1.5)" });
    const { answer, took } = await timed(
      client.from("profiles").select("email").abortSignal(AbortSignal.timeout(50)),
    );
    expect(answer.status).toBe(0);
    expect(took).toBeLessThan(1_000);
    await busy;
    await pool.close();
    await clinic.close();
  });

  test("after the answer changes nothing", async () => {
    const controller = new AbortController();
    const { data } = await single.rpc("wait_for", { seconds: 0 }).abortSignal(controller.signal);
    controller.abort();
    expect(data).toBe(1);
    expect((await single.rpc("wait_for", { seconds: 0 })).data).toBe(1);
  });
});

describe("a timeout", () => {
  test("of the client cancels in the database too", async () => {
    const pool = connect({ url: database.url, max: 1 });
    const client = createClient(pool, undefined, { db: { timeout: 200 }, watchSchema: false });
    await client.from("visits").select();
    const { answer, took } = await timed(client.rpc("pause", { seconds: 20 }));
    expect(answer).toMatchObject({
      status: 0,
      error: { message: expect.stringContaining("TimeoutError"), hint: ABORTED.error.hint },
    });
    expect(took).toBeLessThan(5_000);
    await expect.poll(sleeping).toEqual([]);
    expect((await client.from("visits").select()).data).toEqual([]);
    await pool.close();
  });

  test("of the statement is PostgreSQL's error, for the one call that asks for it", async () => {
    const timedOut = await single.rpc("pause", { seconds: 20 }).statementTimeout(100);
    expect(timedOut).toMatchObject({
      status: 500,
      error: { code: "57014", message: "canceling statement due to statement timeout" },
    });
    expect((await single.rpc("wait_for", { seconds: 0.3 })).data).toBe(1);
    expect((await single.from("visits").select()).data).toEqual([]);
  });
});

describe("a server that is not there", () => {
  test("while a call runs: the call says so, and the next one has a new connection", async () => {
    const call = single.rpc("pause", { seconds: 20 }).then((answer) => answer);
    await expect.poll(sleeping).toHaveLength(1);
    const [pid] = await sleeping();
    await database.column(`select pg_terminate_backend(${pid})`);
    const { error, status } = await call;
    expect({ status, code: error?.code }).toEqual({
      status: 503,
      code: expect.stringMatching(/^(PGRST000|57P01)$/),
    });
    expect(error?.message).toMatch(/terminat|lost/);
    expect((await single.from("visits").select()).data).toEqual([]);
  });

  const secret = "pa55word-not-to-be-shown";

  test("at the first call: where, why and what to do, without the password", async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
    await new Promise((resolve) => server.close(resolve));
    const pool = connect({ url: `postgres://ann:${secret}@127.0.0.1:${port}/clinic` });
    const client = createClient(pool, undefined, { db: { retry: false } });
    const { answer, took } = await timed(client.from("visits").select());
    await pool.close();
    expect(answer).toMatchObject({ data: null, status: 503, error: { code: "PGRST000" } });
    expect(answer.error?.message).toMatch(new RegExp(`127.0.0.1:${port} .*nothing is listening.*Check`));
    expect(JSON.stringify(answer)).not.toContain(secret);
    expect(took).toBeLessThan(10_000);
  });

  test("a wrong password is said, and not shown", async () => {
    const url = new URL(database.url);
    url.password = secret;
    const pool = connect({ url: url.href });
    const { error, status } = await createClient(pool).from("visits").select();
    await pool.close();
    expect({ status, code: error?.code }).toEqual({ status: 503, code: "PGRST000" });
    expect(error?.message).toMatch(/password/);
    expect(JSON.stringify(error)).not.toContain(secret);
  });

  test("a call that fails to load the schema does not spoil the next", async () => {
    const late = await testDatabase("create table t (id int)", { max: 2 });
    const client = createClient(late.db, undefined, { watchSchema: false });
    const aborted = await client.from("t").select().abortSignal(AbortSignal.abort());
    expect(aborted.status).toBe(0);
    await delay(10);
    expect((await client.from("t").select()).data).toEqual([]);
    await late.close();
  });
});
