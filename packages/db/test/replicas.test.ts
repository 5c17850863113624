import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import {
  connect,
  ConfigurationError,
  type ConnectOptions,
  type Database,
  type DatabaseObservation,
  type Statement,
  withOwnWrites,
} from "../src/index.ts";
import { throwawayCluster, type ThrowawayCluster, type ThrowawayServer } from "../src/testing.ts";
import { only } from "./test-database.ts";

let cluster: ThrowawayCluster;
let standby: ThrowawayServer;
let db: Database;
let observed: DatabaseObservation[];

const WHERE: Statement = { text: "select pg_is_in_recovery() as standby", readOnly: true };

beforeAll(async () => {
  cluster = await throwawayCluster();
  await on(cluster.primary, (admin) => admin.query({ text: "create table note (id int)" }));
  standby = await cluster.addStandby();
});
afterAll(() => cluster.stop());
afterEach(() => db.close());

async function on<T>(server: ThrowawayServer, work: (db: Database) => Promise<T>): Promise<T> {
  const admin = connect({ url: server.url, max: 1 });
  try {
    return await work(admin);
  } finally {
    await admin.close();
  }
}

function open(options: ConnectOptions = {}): Database {
  observed = [];
  db = connect({
    url: cluster.primary.url,
    replicas: [new URL(standby.url).host],
    observe: (observation) => observed.push(observation),
    ...options,
  });
  return db;
}

async function readsFrom(statement = WHERE): Promise<"primary" | "replica"> {
  return only(await db.query(statement))["standby"] === "t" ? "replica" : "primary";
}

async function untilReadsFrom(where: "primary" | "replica"): Promise<void> {
  await expect.poll(() => readsFrom(), { timeout: 10_000 }).toBe(where);
}

describe("with a replica", () => {
  test("declared reads go there, and everything else to the primary", async () => {
    open();
    await untilReadsFrom("replica");
    const within = await db.read(async (connection) => only(await connection.query(WHERE))["standby"]);
    expect(within).toBe("t");
    await untilReadsFrom("replica");
    expect(await readsFrom({ text: WHERE.text })).toBe("primary");
    const inTransaction = await db.transaction(async (transaction) => only(await transaction.query(WHERE)), {
      readOnly: true,
    });
    expect(inTransaction["standby"]).toBe("f");
    const reserved = await db.reserve();
    expect(only(await reserved.query(WHERE))["standby"]).toBe("f");
    await reserved.release();
  });

  test("a read after a write sees it, however far the replica is", async () => {
    open();
    for (let id = 1; id <= 40; id += 1) {
      await db.query({ text: "insert into note values ($1)", values: [String(id)] });
      const seen = await db.query({
        text: "select id from note where id = $1",
        values: [String(id)],
        readOnly: true,
      });
      expect(seen).toEqual([{ id: String(id) }]);
      await sleep(10);
    }
    await untilReadsFrom("replica");
    expect(only(await db.query({ text: "select count(*) as n from note", readOnly: true }))["n"]).toBe("40");
  });

  test("one that stands still is left out for who wrote, then for everybody, and comes back", async () => {
    open({ maxReplicaLagMs: 1500 });
    await untilReadsFrom("replica");
    await on(standby, (admin) => admin.query({ text: "select pg_wal_replay_pause()" }));
    await withOwnWrites(async () => {
      await db.query({ text: "insert into note values (100)" });
      expect(await readsFrom()).toBe("primary");
      await sleep(500);
      expect(await readsFrom()).toBe("primary");
    });
    // Another request does not need what that one wrote.
    expect(await withOwnWrites(() => readsFrom())).toBe("replica");
    await expect.poll(() => withOwnWrites(() => readsFrom()), { timeout: 10_000 }).toBe("primary");
    expect((await db.health()).replicas?.[0]?.lagMs).toBeGreaterThan(1000);
    await on(standby, (admin) => admin.query({ text: "select pg_wal_replay_resume()" }));
    await untilReadsFrom("replica");
    expect((await db.health()).replicas?.[0]?.lagMs).toBeLessThan(1500);
  });

  test("one that dies costs no read, and comes back by itself", async () => {
    open();
    await untilReadsFrom("replica");
    const failures: unknown[] = [];
    const ended = new AbortController();
    const reader = async (): Promise<void> => {
      while (!ended.signal.aborted) {
        await readsFrom().catch((error: unknown) => failures.push(error));
        await sleep(5);
      }
    };
    const readers = [reader(), reader(), reader()];
    await standby.stop("crash");
    await sleep(400);
    expect((await db.health()).replicas?.[0]?.problem).toMatch(/nothing is listening|was lost/);
    await standby.start();
    await untilReadsFrom("replica");
    ended.abort();
    await Promise.all(readers);
    expect(failures).toEqual([]);
    expect(observed.map(({ kind }) => kind).filter((kind) => kind.startsWith("replica"))).toEqual([
      "replicaLeftOut",
      "replicaBack",
    ]);
  });
});

test("a server that is no standby of the primary is left out", async () => {
  const other = await throwawayCluster();
  open({ replicas: [new URL(other.primary.url).host], url: cluster.primary.url });
  for (let times = 0; times < 5; times += 1) {
    expect(await readsFrom()).toBe("primary");
    await sleep(60);
  }
  expect((await db.health()).replicas?.[0]?.problem).toBeDefined();
  await other.stop();
});

test("a reader endpoint that leads to the primary itself serves", async () => {
  open({ replicas: [new URL(cluster.primary.url).host] });
  await expect.poll(async () => (await db.health()).replicas?.[0]?.problem).toBeUndefined();
  expect(await readsFrom()).toBe("primary");
});

test("what is no host is refused", () => {
  open();
  expect(() => connect({ url: cluster.primary.url, replicas: ["postgres://replica/clinic"] })).toThrow(
    ConfigurationError,
  );
});
