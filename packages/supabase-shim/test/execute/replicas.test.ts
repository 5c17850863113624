import { connect, type Database, withOwnWrites } from "@offramp/db";
import { throwawayCluster, type ThrowawayCluster, type ThrowawayServer } from "@offramp/db/testing";
import { afterAll, beforeAll, expect, test } from "vitest";

import { createClient, type SupabaseClient } from "../../src/index.ts";

let cluster: ThrowawayCluster;
let standby: ThrowawayServer;
let primary: Database;
let db: Database;
let client: SupabaseClient;

beforeAll(async () => {
  cluster = await throwawayCluster();
  primary = connect({ url: cluster.primary.url, max: 1 });
  await primary.query({
    text: `create table visits (id int primary key);
      create function on_standby() returns boolean language sql stable as 'select pg_is_in_recovery()';
      create function may_write() returns boolean language sql volatile as 'select pg_is_in_recovery()';`,
    script: true,
  });
  standby = await cluster.addStandby();
  db = connect({ url: cluster.primary.url, replicas: [new URL(standby.url).host], maxReplicaLagMs: 60_000 });
  client = createClient(db, undefined, { watchSchema: false });
  await client.from("visits").select().throwOnError();
});
afterAll(async () => {
  await db.close();
  await primary.close();
  await cluster.stop();
});

async function onStandby(): Promise<unknown> {
  return (await client.rpc("on_standby", {}, { get: true }).throwOnError()).data;
}

test("a call that reads goes to a replica, one that may write to the primary", async () => {
  await expect.poll(onStandby, { timeout: 10_000 }).toBe(true);
  expect((await client.rpc("may_write").throwOnError()).data).toBe(false);
});

test("a select goes to a replica, until the same request has written", async () => {
  await expect.poll(onStandby, { timeout: 10_000 }).toBe(true);
  const replica = connect({ url: standby.url, max: 1 });
  await replica.query({ text: "select pg_wal_replay_pause()" });
  await primary.query({ text: "insert into visits values (1)" });
  const ids = async (): Promise<unknown> => (await client.from("visits").select("id").order("id")).data;
  expect(await withOwnWrites(ids)).toEqual([]);
  const wrote = await withOwnWrites(async () => {
    await client.from("visits").insert({ id: 2 }).throwOnError();
    return ids();
  });
  expect(wrote).toEqual([{ id: 1 }, { id: 2 }]);
  expect(await withOwnWrites(ids)).toEqual([]);
  await replica.query({ text: "select pg_wal_replay_resume()" });
  await expect.poll(() => withOwnWrites(ids)).toEqual([{ id: 1 }, { id: 2 }]);
  await replica.close();
});
