import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { connect, type ConnectOptions, type Database, type DatabaseObservation } from "../../src/index.ts";
import { SlowPlans } from "../../src/telemetry/slow-plans.ts";
import { throwawayCluster, type ThrowawayCluster, type ThrowawayServer } from "../../src/testing.ts";
import { rejection } from "../test-database.ts";

let cluster: ThrowawayCluster;
let standby: ThrowawayServer;
let observed: DatabaseObservation[];
let db: Database;

const SECRET = "ann@example.org";
/** Slow, with values in every place where one can be. */
const slow = (mark: string) => ({
  text: `select ${mark}.id from patients as ${mark}, pg_sleep(0.06) where ${mark}.email = $1 and ${mark}.email <> '${SECRET}' -- ${SECRET}`,
  values: [SECRET],
  readOnly: true,
});

beforeAll(async () => {
  cluster = await throwawayCluster();
  const admin = connect({ url: cluster.primary.url, max: 1 });
  await admin.query({
    text: "create table patients (id int primary key, email text); insert into patients select n, n || '@example.org' from generate_series(1, 1000) as n",
    script: true,
  });
  await admin.close();
  standby = await cluster.addStandby();
});
afterAll(() => cluster.stop());
beforeEach(() => {
  observed = [];
});

function open(options: ConnectOptions = {}): Database {
  db = connect({
    url: cluster.primary.url,
    slowStatementMs: 50,
    explainSlow: true,
    observe: (observation) => observed.push(observation),
    ...options,
  });
  return db;
}

const of = <K extends DatabaseObservation["kind"]>(kind: K) =>
  observed.filter((each): each is Extract<DatabaseObservation, { kind: K }> => each.kind === kind);

describe("a slow statement is told of, with its plan and no value", () => {
  const paths: Readonly<Record<string, (mark: string) => Promise<unknown>>> = {
    query: (mark) => db.query(slow(mark)),
    prepared: (mark) => db.query({ ...slow(mark), prepare: true }),
    transaction: (mark) => db.transaction((inner) => inner.query(slow(mark))),
    async pipelined(mark) {
      const connection = await db.reserve();
      await Promise.all([
        connection.query({ text: "begin" }),
        connection.query({ text: "select set_config('app.user', $1, true)", values: [SECRET] }),
        connection.query(slow(mark)),
        connection.query({ text: "commit" }),
      ]);
      await connection.release();
    },
    read: (mark) => db.read((connection) => connection.query(slow(mark))),
    beside: (mark) => db.aside(slow(mark)),
  };

  test.each(Object.keys(paths))("%s", async (name) => {
    open();
    await paths[name]?.(`by_${name}`);
    await expect.poll(() => of("slowStatementPlan")).toHaveLength(1);
    const [told] = of("slowStatement");
    expect(of("slowStatement")).toHaveLength(1);
    expect(told).toMatchObject({ summary: "SELECT patients", rows: 0 });
    expect(told?.text).toContain(`where by_${name}.email = $1 and by_${name}.email <> ?`);
    const plan = of("slowStatementPlan")[0]?.plan;
    expect(plan).toMatchObject({ "Node Type": "Nested Loop" });
    expect(JSON.stringify(plan)).toContain('"Relation Name":"patients"');
    expect(JSON.stringify(plan)).toContain("$1");
    expect(JSON.stringify(observed)).not.toMatch(/ann|example/);
    await db.close();
  });

  test("on a replica, which is asked itself", async () => {
    open({ replicas: [new URL(standby.url).host] });
    await expect.poll(async () => (await db.health()).replicas?.[0]?.lagMs).toBeTypeOf("number");
    await db.query({
      ...slow("replicated"),
      text: slow("replicated").text.replace("select", "select pg_is_in_recovery(),"),
    });
    await expect.poll(() => of("slowStatementPlan")).toHaveLength(1);
    expect(of("slowStatementPlan")[0]?.plan).toBeDefined();
    await db.close();
  });
});

test("a write is planned and not executed again", async () => {
  open();
  await db.query({
    text: "insert into patients select $1::int, $2 from pg_sleep(0.06)",
    values: ["5000", SECRET],
  });
  await expect.poll(() => of("slowStatementPlan")).toHaveLength(1);
  expect(of("slowStatementPlan")[0]?.plan).toMatchObject({ "Node Type": "ModifyTable", Operation: "Insert" });
  expect(await db.query({ text: "delete from patients where id = 5000 returning id" })).toHaveLength(1);
  await db.close();
});

test("each statement is explained once per interval", async () => {
  open({ explainSlow: { everyMs: 60_000 } });
  for (let times = 0; times < 3; times += 1) await db.query(slow("often"));
  await expect.poll(() => of("slowStatementPlan")).toHaveLength(1);
  expect(of("slowStatement")).toHaveLength(3);
  await db.close();
});

test("what cannot be planned fails no call, and says so by its code", async () => {
  open();
  const table = { text: "create temporary table gone (id int)" };
  await db.transaction(async (inner) => {
    await inner.query(table);
    await inner.query({
      text: `select gone.id from gone, pg_sleep(0.06) union select '7'::int from pg_sleep(0.06)`,
    });
  });
  await expect.poll(() => of("slowStatementPlan")).toHaveLength(1);
  expect(of("slowStatementPlan")[0]).toMatchObject({
    problem: "PostgreSQL refused EXPLAIN (SQLSTATE 42P01)",
  });
  await db.close();
});

test("before PostgreSQL 16 the plan is that of a prepared statement", async () => {
  open({ slowStatementMs: 60_000 });
  const connection = await db.reserve();
  const plans = new SlowPlans({
    everyMs: 60_000,
    observe: (observation) => observed.push(observation),
    // The SQL of that way runs on every version; the session only says that it is an older one.
    withSession: (work) =>
      work({
        serverVersion: "15.14",
        ask: async (statement) => ({ rows: await connection.query(statement) }),
      }),
  });
  plans.explain(slow("prepared"));
  await expect.poll(() => of("slowStatementPlan")).toHaveLength(1);
  const { plan } = of("slowStatementPlan")[0] ?? {};
  expect(plan).toMatchObject({ "Node Type": "Nested Loop" });
  expect(JSON.stringify(plan)).toContain("$1");
  expect(JSON.stringify(observed)).not.toMatch(/ann|example/);
  const left = await connection.query({ text: "select name from pg_prepared_statements" });
  expect(left).toEqual([]);
  await connection.release();
  await db.close();
});

test("the option needs what it builds on", async () => {
  const url = cluster.primary.url;
  const wrong = async (options: ConnectOptions) => connect({ url, ...options });
  expect((await rejection(wrong({ explainSlow: true }))).message).toMatch(/needs "slowStatementMs"/);
});
