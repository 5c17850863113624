import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { connect, type Database } from "../src/index.ts";
import { throwawayCluster, type ThrowawayCluster } from "../src/testing.ts";
import { only } from "./test-database.ts";

let cluster: ThrowawayCluster;
beforeAll(async () => void (cluster = await throwawayCluster()));
afterAll(() => cluster.stop());

async function on<T>(url: string, work: (db: Database) => Promise<T>): Promise<T> {
  const db = connect({ url, max: 1 });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

describe("a server that a test may break", () => {
  test.each(["fast", "immediate", "crash"] as const)(
    "%s: it comes back on its port with its data",
    async (how) => {
      const { primary } = cluster;
      await on(primary.url, (db) => db.query({ text: `create table after_${how} as select 1 as one` }));
      await primary.stop(how);
      await expect(on(primary.url, (db) => db.query({ text: "select 1" }))).rejects.toMatchObject({
        problem: "unreachable",
      });
      await primary.start();
      expect(await on(primary.url, (db) => db.query({ text: `select one from after_${how}` }))).toEqual([
        { one: "1" },
      ]);
    },
  );

  test("has standbys that replay what it writes", async () => {
    const standby = await cluster.addStandby();
    await on(cluster.primary.url, (db) =>
      db.query({ text: "create table replicated as select 42 as answer" }),
    );
    await on(standby.url, async (db) => {
      expect(only(await db.query({ text: "select pg_is_in_recovery() as standby" }))["standby"]).toBe("t");
      await expect
        .poll(() => db.query({ text: "select answer from replicated" }).catch(() => []))
        .toEqual([{ answer: "42" }]);
    });
  });
});
