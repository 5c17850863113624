import { setTimeout as sleep } from "node:timers/promises";
import { connect, type Database, type DatabaseObservation } from "@offramp/db";
import { type Relay, relayTo } from "@offramp/db/testing";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";

import { createClient } from "../../src/index.ts";
import { type TestDatabase, testDatabase } from "../test-database.ts";

let database: TestDatabase;
let relay: Relay;
let db: Database;
let observed: DatabaseObservation[];

beforeAll(async () => {
  database = await testDatabase(`
      create table visits (id int primary key);
      insert into visits values (1);`);
});
afterAll(() => database.close());
beforeEach(async () => {
  relay = await relayTo(database.url);
  observed = [];
  db = connect({ url: relay.url, observe: (observation) => observed.push(observation) });
});
afterEach(async () => {
  await db.close({ timeoutMs: 100 });
  await relay.close();
});

/** A read whose connection is reset while it waits for a lock. */
async function brokenRead(retry: boolean | undefined) {
  const client = createClient(db);
  // So that the schema cache is there.
  await client.from("visits").select("id");
  const holder = await database.db.reserve();
  await holder.query({ text: "begin" });
  await holder.query({ text: "lock table visits in access exclusive mode" });
  const call = client.from("visits").select("id");
  const reading = Promise.resolve(retry === undefined ? call : call.retry(retry));
  await sleep(200);
  relay.cut();
  // Until the repetition waits too.
  await sleep(retry === false ? 0 : 300);
  await holder.query({ text: "commit" });
  await holder.release();
  return reading;
}

test.each([undefined, true])(
  "retry(%s): the driver sends a read again, and nobody notices",
  async (retry) => {
    expect(await brokenRead(retry)).toMatchObject({ data: [{ id: 1 }], error: null });
    expect(observed.filter(({ kind }) => kind === "repeated")).toHaveLength(1);
  },
);

test("retry(false): neither the client nor the driver sends it again", async () => {
  const { data, error } = await brokenRead(false);
  expect(data).toBeNull();
  expect(error?.message).toMatch(/was lost/);
  expect(observed.filter(({ kind }) => kind === "repeated")).toEqual([]);
});
