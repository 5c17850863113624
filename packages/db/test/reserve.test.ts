import { beforeAll, describe, expect, test } from "vitest";

import { connect, ConnectionError, type Database } from "../src/index.ts";
import { only, rejection, testDatabase } from "./test-database.ts";

const database = testDatabase();

beforeAll(async () => {
  await database.db.query({ text: "create table entry (a int)" });
});

async function single(work: (db: Database) => Promise<void>): Promise<void> {
  const db = connect({ url: database.url, max: 1 });
  try {
    await work(db);
  } finally {
    await db.close();
  }
}

describe("reserve()", () => {
  test("the connection is the caller's alone", async () => {
    await single(async (db) => {
      const connection = await db.reserve();
      const pid = only(await connection.query({ text: "select pg_backend_pid() as pid" }))["pid"];
      const other = db.query({ text: "select pg_backend_pid() as pid" });
      await connection.query({ text: "select pg_sleep(0.05)" });
      const state = await Promise.race([other.then(() => "ran"), Promise.resolve("waits")]);
      expect(state).toBe("waits");
      await connection.release();
      expect(only(await other)["pid"]).toBe(pid);
    });
  });

  test("an abort ends the wait for a connection, and takes none", async () => {
    await single(async (db) => {
      const connection = await db.reserve();
      const waiting = rejection(db.reserve({ signal: AbortSignal.timeout(20) }));
      expect(await waiting).toMatchObject({ code: "57014", fields: { sent: false } });
      expect(await rejection(db.reserve({ signal: AbortSignal.abort() }))).toMatchObject({ code: "57014" });
      await connection.release();
      expect(only(await db.query({ text: "select 1 as one" }))["one"]).toBe("1");
    });
  });

  test.each([
    ["without parameters", false, []],
    ["with parameters", false, ["x"]],
    ["prepared", true, ["x"]],
  ])("statements sent together share one round trip, %s", async (_, prepare, values) => {
    const connection = await database.db.reserve();
    const text =
      values.length > 0
        ? "select set_config('offramp.test', $1, true) as value"
        : "select set_config('offramp.test', 'x', true) as value";
    const before = only(await connection.query({ text: "select clock_timestamp() as now" }));
    const results = await Promise.all([
      connection.query({ text: "begin" }),
      connection.query({ text, values, prepare }),
      connection.query({ text: "select current_setting('offramp.test') as value, now() as now", prepare }),
      connection.query({ text: "commit" }),
    ]);
    expect(results[1]).toEqual([{ value: "x" }]);
    expect(results[2]).toMatchObject([{ value: "x" }]);
    expect(before["now"]).not.toBeNull();
    expect(
      await connection.query({ text: "select nullif(current_setting('offramp.test', true), '') as value" }),
    ).toEqual([{ value: null }]);
    await connection.release();
  });

  test("the second statement is on its way before the first has answered", async () => {
    const connection = await database.db.reserve();
    const started = performance.now();
    const finished: string[] = [];
    const note =
      (name: string): (() => void) =>
      () =>
        void finished.push(name);
    await Promise.all([
      connection.query({ text: "select pg_sleep(0.1)" }).then(note("slow")),
      connection.query({ text: "select $1::int as one", values: ["1"] }).then(note("quick")),
    ]);
    expect(finished).toEqual(["slow", "quick"]);
    // One wait and one round trip: a client that waited would need a second turn after the first answer.
    expect(performance.now() - started).toBeLessThan(1000);
    await connection.release();
  });

  test("pipelining is faster than waiting, counted in round trips through a slow wire", async () => {
    const { slowed, close } = await slowProxy(database.url, 20);
    const db = connect({ url: slowed, max: 1 });
    const connection = await db.reserve();
    const statements = [
      { text: "begin" },
      { text: "select set_config('offramp.test', $1, true)", values: ["x"] },
      { text: "select $1::int", values: ["1"] },
      { text: "commit" },
    ];
    const together = await time(() =>
      Promise.all(statements.map((statement) => connection.query(statement))),
    );
    const oneByOne = await time(async () => {
      for (const statement of statements) await connection.query(statement);
    });
    // 20 ms each way: one round trip against four.
    expect(together).toBeGreaterThan(39);
    expect(oneByOne).toBeGreaterThan(159);
    expect(together).toBeLessThan(oneByOne / 2);
    await connection.release();
    await db.close();
    close();
  });
});

describe("release()", () => {
  test("rolls back a transaction that is open", async () => {
    await single(async (db) => {
      const connection = await db.reserve();
      await connection.query({ text: "begin" });
      await connection.query({ text: "insert into entry values (1)" });
      await connection.release();
      expect(await db.query({ text: "select a from entry" })).toEqual([]);
      expect(await db.query({ text: "select now() = statement_timestamp() as own_transaction" })).toEqual([
        { own_transaction: "t" },
      ]);
    });
  });

  test("also when nothing was awaited, and when a statement failed", async () => {
    await single(async (db) => {
      const connection = await db.reserve();
      const sent = [
        connection.query({ text: "begin" }),
        connection.query({ text: "insert into entry values (2)" }),
        connection.query({ text: "select 1/0" }),
      ];
      const settled = Promise.allSettled(sent);
      await connection.release();
      expect((await settled).map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
      expect(await db.query({ text: "select a from entry" })).toEqual([]);
    });
  });

  test("sends nothing when no transaction is open", async () => {
    await single(async (db) => {
      const connection = await db.reserve();
      const pid = only(await connection.query({ text: "select pg_backend_pid() as pid" }))["pid"];
      await Promise.all([
        connection.query({ text: "begin" }),
        connection.query({ text: "select 'last'" }),
        connection.query({ text: "commit" }),
      ]);
      await connection.release();
      const last = await database.db.query({
        text: "select query from pg_stat_activity where pid = $1",
        values: [pid ?? ""],
      });
      expect(last).toEqual([{ query: "commit" }]);
    });
  });

  test("twice is once, and afterwards the connection refuses", async () => {
    await single(async (db) => {
      const connection = await db.reserve();
      await Promise.all([connection.release(), connection.release()]);
      const first = await db.reserve();
      const second = db.reserve();
      expect(await Promise.race([second, Promise.resolve("waits")])).toBe("waits");
      expect((await rejection(connection.query({ text: "select 1" }))).message).toMatch(
        /was given back with release\(\)/,
      );
      await first.release();
      await (await second).release();
    });
  });
});

describe("a reserved connection that breaks", () => {
  test("does not come back in the middle of a transaction", async () => {
    await single(async (db) => {
      const connection = await db.reserve();
      const pid = only(await connection.query({ text: "select pg_backend_pid() as pid" }))["pid"] ?? "";
      await connection.query({ text: "begin" });
      const sent = [
        connection.query({ text: "select pg_sleep(30)" }),
        connection.query({ text: "insert into entry values (3)" }),
        connection.query({ text: `insert into entry values (4) -- ${"x".repeat(2_000_000)}` }),
        connection.query({ text: "insert into entry values (5)" }),
      ].map(rejection);
      await database.db.query({ text: "select pg_terminate_backend($1)", values: [pid] });
      for (const error of await Promise.all(sent)) {
        expect(error).toBeInstanceOf(ConnectionError);
        expect(error).toMatchObject({ problem: "lost" });
      }
      expect(await rejection(connection.query({ text: "insert into entry values (6)" }))).toMatchObject({
        problem: "lost",
      });
      await connection.release();
      expect(await db.query({ text: "select a from entry" })).toEqual([]);
    });
  });

  test("a stale prepared statement is not sent again outside its transaction", async () => {
    await database.db.query({ text: "create table wide (a int); insert into wide values (1)", script: true });
    await single(async (db) => {
      const connection = await db.reserve();
      const read = {
        text: "select *, current_setting('offramp.role', true) as role from wide",
        prepare: true,
      };
      const call = (): Promise<PromiseSettledResult<unknown>[]> =>
        Promise.allSettled([
          connection.query({ text: "begin" }),
          connection.query({ text: "select set_config('offramp.role', 'restricted', true)" }),
          connection.query(read),
          connection.query({ text: "commit" }),
        ]);
      expect((await call())[2]).toMatchObject({ value: [{ a: "1", role: "restricted" }] });
      await database.db.query({ text: "alter table wide add b int" });
      expect((await call())[2]).toMatchObject({
        status: "rejected",
        reason: { code: "0A000", message: "cached plan must not change result type" },
      });
      await connection.release();
      // The pool gave the stale connection up: the next one reads the table as it is now.
      const next = await db.reserve();
      expect(await next.query(read)).toMatchObject([{ a: "1", b: null }]);
      await next.release();
    });
  });
});

async function time(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Delays every byte between client and server by `delayMs` in each direction. */
async function slowProxy(url: string, delayMs: number): Promise<{ slowed: string; close: () => void }> {
  const net = await import("node:net");
  const target = new URL(url);
  const server = net.createServer((client) => {
    const upstream = net.connect(Number(target.port), target.hostname);
    client.setNoDelay(true);
    upstream.setNoDelay(true);
    const pass = (from: typeof client, to: typeof client): void => {
      from.on("data", (chunk) => setTimeout(() => to.write(chunk), delayMs));
      from.on("close", () => to.destroy());
      from.on("error", () => to.destroy());
    };
    pass(client, upstream);
    pass(upstream, client);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const slowed = new URL(url);
  slowed.port = String((server.address() as { port: number }).port);
  return { slowed: slowed.href, close: () => void server.close() };
}
