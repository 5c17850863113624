import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { connect, ConnectionError, type ConnectOptions, type Database } from "../src/index.ts";
import { throwawayCluster, type ThrowawayCluster, type ThrowawayServer } from "../src/testing.ts";
import { only, rejection } from "./test-database.ts";

let cluster: ThrowawayCluster;
let standby: ThrowawayServer;
let admin: Database;

beforeAll(async () => {
  cluster = await throwawayCluster();
  admin = connect({ url: cluster.primary.url, max: 2, applicationName: "admin" });
  // Without a key, so that a write that was applied twice is seen.
  await admin.query({ text: "create table ledger (call text not null)" });
  standby = await cluster.addStandby();
});
afterAll(async () => {
  await admin.close();
  await cluster.stop();
});
beforeEach(async () => {
  await admin.query({ text: "truncate ledger" });
});

function open(options: ConnectOptions = {}): Database {
  return connect({ url: cluster.primary.url, max: 4, ...options });
}

const insert = (call: string) => ({ text: "insert into ledger values ($1)", values: [call] });
const slowInsert = (call: string, seconds: number) => ({
  text: "insert into ledger select $1 from pg_sleep($2::float8)",
  values: [call, String(seconds)],
});

async function ledger(): Promise<ReadonlyMap<string, number>> {
  const rows = await admin.query({ text: "select call, count(*) as times from ledger group by call" });
  return new Map(rows.map(({ call, times }) => [call ?? "", Number(times)]));
}

async function sessions(): Promise<number> {
  const rows = await admin.query({
    text: "select count(*) as n from pg_stat_activity where application_name = 'offramp'",
  });
  return Number(only(rows)["n"]);
}

const CLOSED = { name: "ConnectionError", problem: "closed", outcome: "none" };

describe("what runs is finished", () => {
  test("a statement, a transaction that goes on, a reserved connection, a record beside the pool", async () => {
    const db = open();
    const reserved = await db.reserve();
    const statement = db.query(slowInsert("statement", 0.3));
    const transaction = db.transaction(async (inner) => {
      await inner.query(insert("first"));
      await sleep(200);
      await inner.query(insert("second"));
      // As the trail does with what a transaction is about to show.
      await db.aside(insert("beside"));
    });
    await sleep(50);
    const closing = db.close();
    const late = reserved.query(insert("reserved")).then(() => reserved.release());
    await Promise.all([statement, transaction, late, closing]);
    expect(await ledger()).toEqual(
      new Map(["statement", "first", "second", "beside", "reserved"].map((call) => [call, 1])),
    );
    await expect.poll(sessions).toBe(0);
  });

  test("a COPY that streams out", async () => {
    const db = open();
    const connection = await db.reserve();
    const blocks = connection.copyOut("copy (select generate_series(1, 300000)) to stdout");
    const first = await blocks.next();
    const closing = db.close();
    let text = String(first.value);
    for await (const block of blocks) {
      text += String(block);
      await sleep(1);
    }
    await connection.release();
    await closing;
    expect(text.trimEnd().split("\n")).toHaveLength(300_000);
  });

  test("a read on a replica", async () => {
    const db = open({ replicas: [new URL(standby.url).host] });
    await expect.poll(async () => (await db.health()).replicas?.[0]?.lagMs).toBeTypeOf("number");
    const reading = db.query({
      text: "select pg_is_in_recovery() as standby from pg_sleep(0.3)",
      readOnly: true,
    });
    await sleep(50);
    const closing = db.close();
    const refused = rejection(db.query({ text: "select 1", readOnly: true }));
    expect(await reading).toEqual([{ standby: "t" }]);
    expect(await refused).toMatchObject(CLOSED);
    await closing;
  });
});

describe("what comes is refused with one error", () => {
  test("on every way in, while something still runs, and for who waited in the line", async () => {
    const db = open({ max: 1 });
    const running = db.query(slowInsert("running", 0.3));
    await sleep(50);
    const waiting = rejection(db.query(insert("waiting")));
    const closing = db.close();
    const ways: readonly Promise<unknown>[] = [
      waiting,
      db.query(insert("late")),
      db.query({ text: "select 1", readOnly: true }),
      db.transaction((inner) => inner.query(insert("late"))),
      db.reserve(),
      db.read((connection) => connection.query({ text: "select 1" })),
      db.listen("late", () => undefined),
    ];
    expect(await waiting).toMatchObject(CLOSED);
    const [, ...others] = ways;
    const refused = await Promise.all(others.map(rejection));
    for (const error of refused) expect(error).toMatchObject(CLOSED);
    expect(new Set(refused.map(({ message }) => message)).size).toBe(1);
    await Promise.all([running, closing]);
    expect(await rejection(db.aside(insert("late")))).toMatchObject(CLOSED);
    expect(await ledger()).toEqual(new Map([["running", 1]]));
  });

  test("a listener hears nothing more, and its unlisten() does not fail", async () => {
    const db = open();
    const heard: string[] = [];
    const listener = await db.listen("channel", (payload) => heard.push(payload));
    await admin.query({ text: "notify channel, 'before'" });
    await expect.poll(() => heard).toEqual(["before"]);
    await db.close();
    await admin.query({ text: "notify channel, 'after'" });
    await listener.unlisten();
    expect(heard).toEqual(["before"]);
    await expect.poll(sessions).toBe(0);
  });
});

describe("within a deadline", () => {
  test("what still runs is cut, and its outcome is said to be unknown", async () => {
    const db = open();
    const running = rejection(db.query(slowInsert("too slow", 20)));
    const streaming = await db.reserve();
    const blocks = streaming.copyOut("copy (select pg_sleep(20)) to stdout");
    const stream = rejection(blocks.next());
    const transaction = rejection(
      db.transaction(async (inner) => {
        await inner.query(insert("of a transaction"));
        await inner.query({ text: "select pg_sleep(20)" });
      }),
    );
    await sleep(100);
    const began = performance.now();
    await db.close({ timeoutMs: 200 });
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(await running).toMatchObject({ problem: "closed", outcome: "unknown" });
    expect((await running).message).toMatch(
      /within the time that close\(\) gave it.*look before you send it again/,
    );
    expect(await stream).toMatchObject({ problem: "closed", outcome: "unknown" });
    // It had not been committed.
    expect(await transaction).toMatchObject({ problem: "closed", outcome: "none" });
    await expect.poll(sessions).toBe(0);
    expect((await ledger()).has("of a transaction")).toBe(false);
  });

  test("a connection that its owner forgot is cut, and says on its next use that nothing was done", async () => {
    const db = open();
    const forgotten = await db.reserve();
    await db.close({ timeoutMs: 100 });
    expect(await rejection(forgotten.query(insert("forgotten")))).toMatchObject(CLOSED);
    await forgotten.release();
    expect(await ledger()).toEqual(new Map());
  });

  test("two calls at once are one", async () => {
    const db = open();
    const running = db.query(slowInsert("running", 0.2));
    await sleep(50);
    const began = performance.now();
    await Promise.all([db.close({ timeoutMs: 10_000 }), db.close({ timeoutMs: 10_000 }), running]);
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

test("under load, each write that was answered is there once, and each that was refused is not", async () => {
  const db = open({ max: 3 });
  const told: { readonly call: string; readonly outcome: "done" | "none" | "unknown" }[] = [];
  const ended = new AbortController();
  const writer = async (name: string, write: (call: string) => Promise<unknown>): Promise<void> => {
    for (let number = 0; !ended.signal.aborted; number += 1) {
      const call = `${name}-${number}`;
      const outcome = await write(call).then(
        () => "done" as const,
        (error: unknown) => {
          if (!(error instanceof ConnectionError) || error.problem !== "closed") throw error;
          return error.outcome;
        },
      );
      told.push({ call, outcome });
      await sleep(1);
    }
  };
  const ways: Readonly<Record<string, (call: string) => Promise<unknown>>> = {
    plain: (call) => db.query(insert(call)),
    prepared: (call) => db.query({ ...insert(call), prepare: true }),
    slow: (call) => db.query(slowInsert(call, 0.05)),
    // Past the deadline, so it is cut.
    "too slow": (call) => db.query(slowInsert(call, 3)),
    transaction: (call) => db.transaction((inner) => inner.query(insert(call))),
    reserved: async (call) => {
      const connection = await db.reserve();
      try {
        const sent = [{ text: "begin" }, insert(call), { text: "commit" }];
        const settled = await Promise.allSettled(sent.map((statement) => connection.query(statement)));
        for (const each of settled) if (each.status === "rejected") throw each.reason;
      } finally {
        await connection.release();
      }
    },
    beside: (call) => db.aside(insert(call)),
  };
  const writers = Object.entries(ways).flatMap(([name, write]) =>
    [1, 2].map((number) => writer(`${name} ${number}`, write)),
  );
  await sleep(400);
  await db.close({ timeoutMs: 500 });
  await sleep(50);
  ended.abort();
  await Promise.all(writers);
  await expect.poll(sessions).toBe(0);
  const applied = await ledger();
  const untrue = told.filter(({ call, outcome }) => {
    const times = applied.get(call) ?? 0;
    return times > 1 || (outcome === "done" && times !== 1) || (outcome === "none" && times !== 0);
  });
  expect(untrue).toEqual([]);
  const answers = new Set(told.map(({ call }) => call));
  expect([...applied.keys()].filter((call) => !answers.has(call))).toEqual([]);
  expect(told.filter(({ outcome }) => outcome === "done").length).toBeGreaterThan(20);
  expect(told.some(({ outcome }) => outcome === "none")).toBe(true);
});
