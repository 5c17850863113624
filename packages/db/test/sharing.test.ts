import { describe, expect, test } from "vitest";

import { connect, type Database, ServerError } from "../src/index.ts";
import { only, rejection, testDatabase } from "./test-database.ts";

const database = testDatabase();

/** Brief by itself, unless its argument says otherwise. */
const nap = {
  text: "select pg_backend_pid() as pid, $1 as name, pg_sleep($2::float8)::text as slept",
  prepare: true,
};

const napping = (db: Database, name: string, seconds = 0) =>
  db.query({ ...nap, values: [name, String(seconds)] });

/** Runs the statement often enough for the pool to know that it is brief. */
async function known(db: Database): Promise<void> {
  for (let time = 0; time < 10; time += 1) await napping(db, "warm");
}

describe("brief prepared statements share a connection when all are in use", () => {
  test("and each has its own answer", async () => {
    const db = connect({ url: database.url, max: 2 });
    await known(db);
    const names = Array.from({ length: 200 }, (_, index) => `n${index}`);
    const rows = await Promise.all(names.map((name) => napping(db, name)));
    expect(rows.map((answer) => only(answer)["name"])).toEqual(names);
    expect(new Set(rows.map((answer) => only(answer)["pid"])).size).toBe(2);
    await db.close();
  });

  test("a failure is its own statement's only", async () => {
    const db = connect({ url: database.url, max: 1 });
    const divide = { text: "select (10 / $1::int)::text as ten", prepare: true };
    for (let time = 0; time < 10; time += 1) await db.query({ ...divide, values: ["1"] });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 40 }, (_, index) => db.query({ ...divide, values: [String(index % 4)] })),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(
      outcomes.map((_, index) => (index % 4 === 0 ? "rejected" : "fulfilled")),
    );
    const reasons = outcomes.flatMap((outcome) =>
      outcome.status === "rejected" ? [outcome.reason as ServerError] : [],
    );
    expect(reasons.map(({ code }) => code)).toEqual(reasons.map(() => "22012"));
    await db.close();
  });

  test("one that may be cancelled has a connection for itself, and cancelling it hits nothing else", async () => {
    const db = connect({ url: database.url, max: 1 });
    await known(db);
    const abort = new AbortController();
    const slow = rejection(db.query({ ...nap, values: ["slow", "20"], signal: abort.signal }));
    const behind = Promise.all(Array.from({ length: 8 }, (_, index) => napping(db, `b${index}`)));
    setTimeout(() => abort.abort(), 50);
    expect(await slow).toBeInstanceOf(ServerError);
    expect((await behind).map((answer) => only(answer)["name"])).toEqual(
      Array.from({ length: 8 }, (_, index) => `b${index}`),
    );
    await db.close();
  });

  test("a transaction waits until a connection is its own, and nothing is sent into it", async () => {
    const db = connect({ url: database.url, max: 1 });
    await known(db);
    const busy = Array.from({ length: 6 }, (_, index) => napping(db, `before ${index}`));
    const alone = db.transaction(async (transaction) => {
      const [before] = await transaction.query({ text: "select pg_current_xact_id() as xid" });
      await new Promise((resolve) => setTimeout(resolve, 20));
      const [after] = await transaction.query({ text: "select pg_current_xact_id() as xid" });
      return [before?.["xid"], after?.["xid"]];
    });
    const later = Array.from({ length: 6 }, (_, index) => napping(db, `after ${index}`));
    const [first, second] = await alone;
    expect(first).toBe(second);
    expect((await Promise.all([...busy, ...later])).length).toBe(12);
    await db.close();
  });

  test("one that is slow on average does not hold up the others", async () => {
    const db = connect({ url: database.url, max: 2 });
    for (let time = 0; time < 10; time += 1) await napping(db, "slow", 0.03);
    const started = performance.now();
    const slow = Promise.all([napping(db, "slow", 0.5), napping(db, "slow", 0.03)]);
    await napping(db, "next");
    // Behind the first it would have waited for half a second.
    expect(performance.now() - started).toBeLessThan(400);
    await slow;
    await db.close();
  });

  test("a connection that is shared without a pause is replaced when it is old", async () => {
    const db = connect({ url: database.url, max: 1, maxLifetimeMs: 200 });
    await known(db);
    const pids = new Set<string | null | undefined>();
    const until = performance.now() + 1000;
    const caller = async (): Promise<void> => {
      while (performance.now() < until) pids.add(only(await napping(db, "busy"))["pid"]);
    };
    await Promise.all(Array.from({ length: 8 }, caller));
    expect(pids.size).toBeGreaterThan(1);
    await db.close();
  });

  test("those whose connection is lost learn it, and the next ones have another", async () => {
    const db = connect({ url: database.url, max: 1 });
    await known(db);
    const pid = only(await napping(db, "pid"))["pid"];
    const lost = Promise.allSettled([
      napping(db, "slow", 5),
      ...Array.from({ length: 3 }, (_, index) => napping(db, `behind ${index}`)),
    ]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await database.db.query({ text: "select pg_terminate_backend($1::int)", values: [pid ?? null] });
    for (const outcome of await lost) expect(outcome.status).toBe("rejected");
    expect(only(await napping(db, "again"))["pid"]).not.toBe(pid);
    await db.close();
  });
});

describe("statements that are sent at once share a connection, too", () => {
  const who = {
    text: "select pg_backend_pid() as pid, current_setting('sharing.who', true) as who, (10 / $1::int)::text as part",
    prepare: true,
  };

  /** `begin`, a setting of the transaction, the statement and `commit`. */
  async function asOne(db: Database, name: string, divisor = 1) {
    const connection = await db.reserve({ atOnce: who.text });
    const sent = [
      connection.query({ text: "begin" }),
      connection.query({ text: "select set_config('sharing.who', $1, true)", values: [name], prepare: true }),
      connection.query({ ...who, values: [String(divisor)] }),
      connection.query({ text: "commit" }),
    ];
    const outcomes = await Promise.allSettled(sent);
    await connection.release();
    return outcomes;
  }

  const rowOf = (outcomes: Awaited<ReturnType<typeof asOne>>) => {
    const [, , main] = outcomes;
    if (main?.status !== "fulfilled") throw new Error(String(main?.reason));
    return only(main.value);
  };

  async function knownAtOnce(db: Database): Promise<void> {
    for (let time = 0; time < 10; time += 1) await asOne(db, "warm");
  }

  test("each in its own transaction, with its own settings, also beside statements without one", async () => {
    const db = connect({ url: database.url, max: 2 });
    await Promise.all([knownAtOnce(db), known(db)]);
    const names = Array.from({ length: 100 }, (_, index) => `n${index}`);
    const both = await Promise.all(
      names.map(async (name) => [await asOne(db, name), await db.query({ ...who, values: ["1"] })] as const),
    );
    expect(both.map(([outcomes]) => rowOf(outcomes)["who"])).toEqual(names);
    expect(both.map(([, plain]) => only(plain)["who"] ?? "")).toEqual(names.map(() => ""));
    expect(new Set(both.map(([outcomes]) => rowOf(outcomes)["pid"])).size).toBeLessThanOrEqual(2);
    await db.close();
  });

  test("a failure undoes its own transaction only", async () => {
    const db = connect({ url: database.url, max: 1 });
    await knownAtOnce(db);
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, index) => asOne(db, `n${index}`, index % 4)),
    );
    expect(outcomes.map(([, , main]) => main?.status)).toEqual(
      outcomes.map((_, index) => (index % 4 === 0 ? "rejected" : "fulfilled")),
    );
    expect(only(await db.query({ text: "select pg_current_xact_id_if_assigned() is null as none" }))).toEqual(
      {
        none: "t",
      },
    );
    await db.close();
  });

  test("what comes later is refused, and a transaction that was left open is rolled back", async () => {
    const db = connect({ url: database.url, max: 1 });
    await knownAtOnce(db);
    const connection = await db.reserve({ atOnce: who.text });
    await connection.query({ text: "begin" });
    await expect(connection.query({ text: "select 1" })).rejects.toThrow(/sent at once/);
    await connection.release();
    // A second `begin` would only warn: what tells is that a savepoint finds no transaction.
    await expect(db.query({ text: "savepoint one" })).rejects.toMatchObject({ code: "25P01" });
    await db.close();
  });
});

describe("brief statements that wait for nobody's locks share a connection although others are idle", () => {
  const read = {
    text: "select pg_backend_pid() as pid, pg_sleep($1::float8)::text as slept",
    prepare: true,
    readOnly: true,
  };
  const reading = (db: Database, seconds = 0) => db.query({ ...read, values: [String(seconds)] });

  /** Eight connections, all idle, and a pool that knows the statement. */
  async function idle(...texts: readonly string[]): Promise<Database> {
    const db = connect({ url: database.url, max: 8 });
    for (let time = 0; time < 30; time += 1) await reading(db);
    for (const text of texts)
      for (let time = 0; time < 10; time += 1) await db.query({ text, prepare: true });
    await Promise.all(Array.from({ length: 8 }, () => db.query({ text: "select pg_sleep(0.1)" })));
    return db;
  }

  const pidsOf = async (calls: readonly ReturnType<Database["query"]>[]) =>
    new Set((await Promise.all(calls)).map((rows) => only(rows)["pid"]));

  test("as soon as four are in use", async () => {
    const db = await idle();
    expect((await pidsOf(Array.from({ length: 8 }, () => reading(db)))).size).toBe(4);
    expect((await pidsOf(Array.from({ length: 4 }, () => reading(db)))).size).toBe(4);
    await db.close();
  });

  test("lockFree says it of a statement that may not be sent again", async () => {
    const db = await idle();
    const { readOnly: _, ...write } = read;
    const calls = (lockFree: boolean) =>
      Array.from({ length: 8 }, () => db.query({ ...write, values: ["0"], lockFree }));
    expect((await pidsOf(calls(true))).size).toBe(4);
    expect((await pidsOf(calls(false))).size).toBe(8);
    await db.close();
  });

  test("and not one on which a write waits for a row", async () => {
    await database.db.query({ text: "create table held (id int primary key, times int)" });
    await database.db.query({ text: "insert into held values (1, 0)" });
    const update = "update held set times = times + 1 where id = 1";
    const db = await idle(update);
    const holder = await database.db.reserve();
    await holder.query({ text: "begin" });
    await holder.query({ text: update });
    const waiting = Array.from({ length: 5 }, () => db.query({ text: update, prepare: true }));
    // Were one of them sent behind a write, it would wait for the holder, who ends only after them.
    await Promise.all(Array.from({ length: 24 }, () => reading(db)));
    await holder.query({ text: "commit" });
    await holder.release();
    await Promise.all(waiting);
    const [row] = await db.query({ text: "select times from held" });
    expect(row?.["times"]).toBe("16");
    await db.close();
  });

  test("nor one on which a read takes longer than it should", async () => {
    const db = await idle();
    const slow = Promise.all(Array.from({ length: 4 }, () => reading(db, 1)));
    await new Promise((resolve) => setTimeout(resolve, 50));
    const started = performance.now();
    await Promise.all(Array.from({ length: 4 }, () => reading(db)));
    expect(performance.now() - started).toBeLessThan(700);
    await slow;
    await db.close();
  });
});
