import { connect, type Database } from "@offramp/db";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createClient, type SupabaseClient } from "../../src/index.ts";
import { slowLine, type SlowLine } from "./slow-line.ts";
import { hsToken, SECRET } from "./tokens.ts";
import { ADA, userDatabase, type UserDatabase } from "./user-database.ts";

const DELAY_MS = 60;

let database: UserDatabase;
let line: SlowLine;
let pool: Database;
let client: SupabaseClient;

beforeAll(async () => {
  database = await userDatabase();
  line = await slowLine(database.url, DELAY_MS);
  pool = connect({ url: line.url, max: 1 });
  client = createClient(pool, "sb_publishable_key", { jwt: { secret: SECRET } });
  // The connection, and the schema cache.
  await client.from("notes").select("id").limit(1);
});

afterAll(async () => {
  await pool.close();
  await line.close();
  await database.close();
});

async function measured(
  run: () => PromiseLike<unknown>,
): Promise<{ turns: number; ms: number; result: unknown }> {
  const before = line.turns();
  const started = performance.now();
  const result = await run();
  return { turns: line.turns() - before, ms: performance.now() - started, result };
}

const headers = { authorization: `Bearer ${hsToken({ role: "authenticated", sub: ADA })}` };

test.each<[string, () => PromiseLike<unknown>, unknown]>([
  [
    "a read",
    () => client.from("notes").select("id").order("id").setHeader("authorization", headers.authorization),
    [{ id: 1 }, { id: 2 }],
  ],
  [
    "a read that repeats",
    () => client.from("notes").select("id").order("id").setHeader("authorization", headers.authorization),
    [{ id: 1 }, { id: 2 }],
  ],
  [
    "a write",
    () =>
      client
        .withClaims({ role: "authenticated", sub: ADA })
        .from("notes")
        .update({ body: "new" })
        .eq("id", 1)
        .select("id"),
    [{ id: 1 }],
  ],
  [
    "a function",
    () =>
      client.withClaims({ role: "authenticated", sub: ADA }).rpc("call_facts_written").setHeader("x", "y"),
    expect.objectContaining({ uid: ADA }),
  ],
  ["a call of the key's role", () => client.from("notes").select("id"), []],
])("%s with role and claims is one round trip", async (_what, run, data) => {
  const { turns, ms, result } = await measured(run);
  expect(result).toMatchObject({ error: null, data });
  // begin, settings, statement and commit are sent before any answer comes.
  expect(turns).toBe(1);
  expect(ms).toBeGreaterThanOrEqual(2 * DELAY_MS - 5);
});

test("the line counts what waits: single() on a write is judged before its commit", async () => {
  const user = client.withClaims({ role: "authenticated", sub: ADA });
  const { turns } = await measured(() =>
    user.from("notes").update({ body: "x" }).eq("id", 1).select("id").single(),
  );
  expect(turns).toBe(2);
});
