import { connect, type Database } from "@offramp/db";
import { afterAll, beforeAll, expect, test } from "vitest";

import { createHandler } from "../../src/http-entry.ts";
import { createClient } from "../../src/index.ts";
import { testDatabase, type TestDatabase } from "../test-database.ts";

let database: TestDatabase;
let pool: Database;
let handler: (request: Request) => Promise<Response>;
let held: Awaited<ReturnType<Database["reserve"]>>;

beforeAll(async () => {
  database = await testDatabase("create table visits (id int primary key); insert into visits values (1)");
  pool = connect({ url: database.url, max: 1, acquireTimeoutMs: 100 });
  // The schema is read before the pool has nothing left.
  handler = createHandler(pool, { anonRole: "postgres", schemas: ["public"] });
  await createClient(pool, undefined, { watchSchema: false }).from("visits").select().throwOnError();
  await handler(new Request("http://door/visits"));
  held = await pool.reserve();
});

afterAll(async () => {
  await pool.close();
  await database.close();
});

const EXHAUSTED = {
  code: "PGRST003",
  message: "Timed out acquiring connection from connection pool.",
  details: null,
  hint: expect.stringContaining("all 1 are in use"),
};

test("a call that finds no free connection in time is PGRST003 through both doors", async () => {
  const client = createClient(pool, undefined, { watchSchema: false });
  expect(await client.from("visits").select()).toEqual({
    success: false,
    data: null,
    count: null,
    status: 504,
    statusText: "Gateway Timeout",
    error: EXHAUSTED,
  });
  expect(await client.from("visits").insert({ id: 2 })).toMatchObject({ status: 504, error: EXHAUSTED });
  await expect(client.transaction(async () => undefined)).rejects.toThrow("all 1 are in use");

  const response = await handler(new Request("http://door/visits"));
  expect(response.status).toBe(504);
  expect(await response.json()).toEqual(EXHAUSTED);

  await held.release();
  expect((await client.from("visits").select()).data).toEqual([{ id: 1 }]);
});
