import { connect, type Database } from "@offramp/db";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createClient } from "../../src/index.ts";
import { hsToken, SECRET } from "./tokens.ts";
import { ADA, userDatabase, type UserDatabase } from "./user-database.ts";

const POOL = 10;
const CALLS = 200;

let database: UserDatabase;
let pool: Database;

beforeAll(async () => {
  database = await userDatabase();
  await database.owner.query({
    script: true,
    text: `create function slowly() returns int language sql volatile as $$ select pg_sleep(10); select 1 $$;
      create schema other; create table other.things (id int); grant usage on schema other to authenticated;
      grant select on other.things to authenticated;`,
  });
  pool = connect({ url: database.url, max: POOL });
});

afterAll(async () => {
  await pool.close();
  await database.close();
});

/** One user per call, so that a setting of another call would show. */
const userOf = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** What is left on a connection that a call may have used. */
const LEFT_OVER = `
  select pg_backend_pid() as pid, current_user = session_user as "own user", current_setting('role') as role,
    coalesce(current_setting('request.jwt.claims', true), '') as claims,
    coalesce(current_setting('request.headers', true), '') as headers,
    coalesce(current_setting('request.method', true), '') as method,
    coalesce(current_setting('request.path', true), '') as path,
    coalesce(current_setting('request.cookies', true), '') as cookies,
    current_setting('search_path') as search_path, current_setting('statement_timeout') as statement_timeout,
    current_setting('timezone') as timezone, current_setting('default_transaction_read_only') as read_only,
    (select count(*) from pg_locks where pid = pg_backend_pid() and locktype not in ('virtualxid', 'relation')) as locks`;

/** A tenth of the calls fail or are aborted, each in another way. */
async function call(number: number): Promise<unknown> {
  const client = createClient(pool, "sb_publishable_key", {
    jwt: { secret: SECRET },
    schemas: ["public", "other"],
  });
  const claims = { role: "authenticated", sub: userOf(number) };
  const asUser = client.withClaims(claims);
  switch (number % 50) {
    case 0:
      return (await asUser.rpc("slowly").abortSignal(AbortSignal.timeout(30))).error?.hint;
    case 10:
      return (await asUser.from("notes").select("id").eq("id", "not a number")).error?.code;
    case 20:
      return (await asUser.from("secrets").select()).error?.code;
    case 30:
      return (await asUser.withClaims({ role: "nobody_at_all" }).from("notes").select()).error?.code;
    case 40:
      return (await asUser.from("notes").insert([{ id: 1, body: "taken" }])).error?.code;
    case 5:
      return (await asUser.schema("other").from("things").select("id")).data;
    case 15:
      return (await asUser.from("notes").update({ body: "x" }).eq("id", 1).select().single()).error?.code;
    default: {
      const token = hsToken(claims);
      const { data } = await (number % 2 === 0
        ? asUser.rpc("call_facts", {}, { get: number % 4 === 0 })
        : client.rpc("call_facts_written").setHeader("authorization", `Bearer ${token}`));
      return (data as { uid: unknown } | null)?.uid;
    }
  }
}

function expected(number: number): unknown {
  const special: Readonly<Record<number, unknown>> = {
    0: "Request was aborted (timeout or manual cancellation)",
    10: "22P02",
    20: "42501",
    30: "22023",
    40: "23505",
    5: [],
    15: "PGRST116",
  };
  return number % 50 in special ? special[number % 50] : userOf(number);
}

test("200 calls at once over a pool of 10, a tenth failing or aborted, leave every connection clean", async () => {
  await database.owner.query({ text: `insert into notes values (100, '${ADA}', 'x')` });
  // What a connection is like before its first call.
  const fresh = connect({ url: database.url, max: 1 });
  const [{ pid: _pid, ...untouched } = {}] = await fresh.query({ text: LEFT_OVER });
  await fresh.close();
  expect(untouched).toMatchObject({ role: "none", claims: "", "own user": "t", locks: "0" });

  const numbers = Array.from({ length: CALLS }, (_, index) => index);
  const answers = await Promise.all(numbers.map(call));
  expect(answers).toEqual(numbers.map(expected));

  // All ten at once, so that each is looked at.
  const connections = await Promise.all(Array.from({ length: POOL }, () => pool.reserve()));
  const left = await Promise.all(
    connections.map(async (each) => (await each.query({ text: LEFT_OVER }))[0] ?? {}),
  );
  const pids = left.map(({ pid }) => pid);
  expect(new Set(pids).size).toBe(POOL);
  for (const { pid: _own, ...settings } of left) expect(settings).toEqual(untouched);

  // Seen from outside, with the connection that listens for schema changes.
  const activity = await database.owner.query({
    text: `select pid, state, xact_start from pg_stat_activity where usename = '${database.login}'`,
  });
  expect(activity.map(({ pid }) => pid)).toEqual(expect.arrayContaining(pids));
  expect(activity.filter(({ state, xact_start }) => state !== "idle" || xact_start !== null)).toEqual([]);
  await Promise.all(connections.map((each) => each.release()));
});
