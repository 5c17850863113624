import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import {
  connect,
  ConnectionError,
  type ConnectOptions,
  type Database,
  type DatabaseObservation,
} from "../src/index.ts";
import { type Relay, relayTo, throwawayCluster, type ThrowawayCluster } from "../src/testing.ts";
import { only, rejection } from "./test-database.ts";

let cluster: ThrowawayCluster;
let relay: Relay;
let db: Database;
let observed: DatabaseObservation[];

beforeAll(async () => {
  cluster = await throwawayCluster();
  const admin = connect({ url: cluster.primary.url, max: 1 });
  // Without a key, so that a write that was applied twice is seen.
  await admin.query({ text: "create table ledger (call text not null)" });
  await admin.close();
});
afterAll(() => cluster.stop());
beforeEach(async () => {
  relay = await relayTo(cluster.primary.url);
  observed = [];
});
afterEach(async () => {
  await db.close({ timeoutMs: 100 });
  await relay.close();
});

function open(options: ConnectOptions = {}): Database {
  db = connect({
    url: relay.url,
    max: 4,
    observe: (observation) => observed.push(observation),
    ...options,
  });
  return db;
}

interface Told {
  readonly call: string;
  readonly outcome: "done" | "none" | "unknown";
}

/** Four that read and four that write without end, while `fault` happens. */
async function underLoad(
  fault: () => Promise<void>,
): Promise<{ reads: number; failedReads: string[]; told: Told[] }> {
  const done = new AbortController();
  const failedReads: string[] = [];
  const told: Told[] = [];
  let reads = 0;
  const reader = async (): Promise<void> => {
    while (!done.signal.aborted) {
      reads += 1;
      await db
        .query({ text: "select count(*) from ledger where call = $1", values: ["x"], readOnly: true })
        .catch((error: Error) => failedReads.push(error.message));
      await sleep(1);
    }
  };
  const writer = async (name: number): Promise<void> => {
    for (let number = 0; !done.signal.aborted; number += 1) {
      const call = `${name}-${number}-${Math.random()}`;
      const outcome = await db.query({ text: "insert into ledger values ($1)", values: [call] }).then(
        () => "done" as const,
        (error: unknown) => (error instanceof ConnectionError ? error.outcome : "none"),
      );
      told.push({ call, outcome });
      // What fails at once would leave no turn for anything else.
      await sleep(1);
    }
  };
  const all = [0, 1, 2, 3].flatMap((name) => [reader(), writer(name)]);
  try {
    await sleep(100);
    // On a busy machine the first connection takes its time, and only a server that was there is waited for.
    while (!told.some(({ outcome }) => outcome === "done") && told.length < 1_000) await sleep(10);
    await fault();
    await sleep(200);
  } finally {
    done.abort();
    await Promise.all(all);
  }
  return { reads, failedReads, told };
}

async function appliedTimes(): Promise<ReadonlyMap<string, number>> {
  const rows = await db.query({ text: "select call, count(*) as times from ledger group by call" });
  return new Map(rows.map(({ call, times }) => [call ?? "", Number(times)]));
}

describe("under load", () => {
  const restart = (how: "fast" | "immediate" | "crash") => async (): Promise<void> => {
    await cluster.primary.stop(how);
    await sleep(300);
    await cluster.primary.start();
  };
  const endSessions = async (): Promise<void> => {
    const admin = connect({ url: cluster.primary.url, max: 1, applicationName: "admin" });
    await admin.query({
      text: "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'offramp'",
    });
    await admin.close();
  };
  const cut = async (): Promise<void> => {
    for (let times = 0; times < 5; times += 1) {
      relay.cut();
      await sleep(40);
    }
  };

  test.each([
    ["a fast restart", restart("fast")],
    ["an immediate restart", restart("immediate")],
    ["a crash", restart("crash")],
    ["ended sessions", endSessions],
    ["a network that resets connections", cut],
  ])(
    "%s: no read fails, no write is lost or applied twice, and what is told of it is true",
    async (_, fault) => {
      open();
      const { reads, failedReads, told } = await underLoad(fault);
      expect(failedReads).toEqual([]);
      expect(reads).toBeGreaterThan(4);
      const applied = await appliedTimes();
      const untrue = told.filter(({ call, outcome }) => {
        const times = applied.get(call) ?? 0;
        return times > 1 || (outcome === "done" && times !== 1) || (outcome === "none" && times !== 0);
      });
      expect(untrue).toEqual([]);
      expect(told.filter(({ outcome }) => outcome === "none")).toEqual([]);
      expect(told.some(({ outcome }) => outcome === "done")).toBe(true);
    },
  );
});

describe("a read whose connection breaks", () => {
  const slow = { text: "select 'read' as what from pg_sleep(0.3)", readOnly: true };

  test("is sent again", async () => {
    open();
    await db.query({ text: "select 1" });
    const reading = db.query(slow);
    await sleep(150);
    relay.cut();
    expect(await reading).toEqual([{ what: "read" }]);
    expect(observed.filter(({ kind }) => kind === "repeated")).toHaveLength(1);
  });

  test("with repeat: false it fails, and what had not been sent still goes to another connection", async () => {
    open({ max: 1 });
    await db.query({ text: "select 1" });
    const reading = rejection(db.query({ ...slow, repeat: false }));
    await sleep(150);
    relay.cut();
    expect(await reading).toMatchObject({ problem: "lost", outcome: "unknown" });
    expect(observed.filter(({ kind }) => kind === "repeated")).toEqual([]);
    expect(await db.query({ ...slow, repeat: false })).toEqual([{ what: "read" }]);
  });
});

describe("a write whose connection breaks", () => {
  test("is not sent again, and the error says that its outcome is unknown", async () => {
    open();
    await db.query({ text: "select 1" });
    const writing = rejection(db.query({ text: "insert into ledger select 'slow' from pg_sleep(0.3)" }));
    await sleep(150);
    relay.cut();
    const error = await writing;
    expect(error).toMatchObject({ problem: "lost", outcome: "unknown" });
    expect(error.message).toMatch(
      /^the connection to PostgreSQL at .* was lost \(ECONNRESET\): .* may or may not have taken effect: look before you send it again\.$/,
    );
    expect(observed.filter(({ kind }) => kind === "repeated")).toEqual([]);
    // As indeed it does: the server goes on.
    await expect.poll(async () => (await appliedTimes()).get("slow")).toBe(1);
  });

  test("inside a transaction that was not committed, it had no effect, and the error says so", async () => {
    open();
    const error = await rejection(
      db.transaction(async (transaction) => {
        await transaction.query({ text: "insert into ledger values ('never')" });
        relay.cut();
        await transaction.query({ text: "select 1" });
      }),
    );
    expect(error).toMatchObject({ problem: "lost", outcome: "none" });
    expect(error.message).toMatch(/The transaction was rolled back: nothing of it took effect\.$/);
    expect((await appliedTimes()).has("never")).toBe(false);
  });

  test("a transaction that had not begun begins on another one", async () => {
    open({ max: 1 });
    await db.query({ text: "select 1" });
    relay.cut();
    let runs = 0;
    await db.transaction(async (transaction) => {
      runs += 1;
      await transaction.query({ text: "insert into ledger values ('begun later')" });
    });
    expect(runs).toBe(1);
    expect((await appliedTimes()).get("begun later")).toBe(1);
  });

  test("work of read() runs again from its beginning", async () => {
    open();
    let runs = 0;
    const rows = await db.read(async (connection) => {
      runs += 1;
      await connection.query({ text: "begin read only" });
      if (runs === 1) relay.cut();
      const found = await connection.query({ text: "select 1 as one" });
      await connection.query({ text: "commit" });
      return found;
    });
    expect({ rows, runs }).toEqual({ rows: [{ one: "1" }], runs: 2 });
  });
});

describe("a connection that died while nobody looked, as in a function that was frozen", () => {
  test("is asked before it is used, so that a write goes to another one", async () => {
    open({ max: 1, pingAfterMs: 20 });
    await db.query({ text: "select 1" });
    await sleep(50);
    relay.cut();
    // In the same turn: this process has not heard of it.
    await db.query({ text: "insert into ledger values ('thawed')" });
    expect((await appliedTimes()).get("thawed")).toBe(1);
    expect(observed.filter(({ kind }) => kind === "repeated")).toEqual([]);
  });

  test("and one that does not answer is not waited for", async () => {
    open({ max: 1, pingAfterMs: 20 });
    await db.query({ text: "select 1" });
    await sleep(50);
    relay.freeze(true);
    const writing = db.query({ text: "insert into ledger values ('forgotten')" });
    // What was on its way never arrives; new connections do.
    setTimeout(() => relay.forget(), 1000);
    await writing;
    expect((await appliedTimes()).get("forgotten")).toBe(1);
  });
});

describe("a server that is away", () => {
  test("is asked by one attempt at a time, whoever waits", async () => {
    open({ max: 20 });
    await db.query({ text: "select 1" });
    relay.refuse(true);
    relay.cut();
    await sleep(50);
    const before = relay.accepted;
    const waiting = Promise.all(
      Array.from({ length: 100 }, () => db.query({ text: "insert into ledger values ('waited')" })),
    );
    await sleep(1000);
    // 50 ms, 100, 200, 400 … between them, less some chance.
    expect(relay.accepted - before).toBeLessThan(10);
    relay.refuse(false);
    await waiting;
    expect((await appliedTimes()).get("waited")).toBe(100);
    expect(observed.map(({ kind }) => kind).filter((kind) => kind.startsWith("outage"))).toEqual([
      "outageBegan",
      "outageEnded",
    ]);
  });

  test("is given up at the deadline, then refused at once, and found again", async () => {
    open({ retryWithinMs: 300 });
    await db.query({ text: "select 1" });
    relay.refuse(true);
    relay.cut();
    await sleep(50);
    const began = performance.now();
    expect(await rejection(db.query({ text: "select 1" }))).toMatchObject({ outcome: "none" });
    expect(performance.now() - began).toBeGreaterThan(250);
    const again = performance.now();
    await Promise.all(Array.from({ length: 50 }, () => rejection(db.query({ text: "select 1" }))));
    expect(performance.now() - again).toBeLessThan(250);
    expect(await db.health()).toMatchObject({ reachable: false });
    relay.refuse(false);
    await expect
      .poll(() => db.query({ text: "select 1 as one" }).catch(() => []), { timeout: 5000 })
      .toEqual([{ one: "1" }]);
  });

  test("but was never there is told at once: more likely a wrong setting", async () => {
    relay.refuse(true);
    open();
    const began = performance.now();
    await rejection(db.query({ text: "select 1" }));
    expect(performance.now() - began).toBeLessThan(1000);
  });
});

test("a former primary that became a standby refuses writes: they wait for the new one", async () => {
  const standby = await cluster.addStandby();
  open({ max: 2 });
  await db.query({ text: "select 1" });
  // As when the name still leads to the old primary, which has come back as a standby.
  relay.pointTo(standby.url);
  relay.cut();
  expect(await db.query({ text: "select pg_is_in_recovery() as standby", readOnly: true })).toEqual([
    { standby: "t" },
  ]);
  const writing = db.query({ text: "insert into ledger values ('moved') returning call" });
  await sleep(300);
  relay.pointTo(cluster.primary.url);
  expect(await writing).toEqual([{ call: "moved" }]);
  expect((await appliedTimes()).get("moved")).toBe(1);
  expect(only(await db.query({ text: "select pg_is_in_recovery() as standby" }))["standby"]).toBe("f");
});
