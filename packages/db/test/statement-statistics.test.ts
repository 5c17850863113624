import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { connect, type Database, statementStatistics } from "../src/index.ts";
import { throwawayCluster, type ThrowawayCluster } from "../src/testing.ts";
import { testDatabase } from "./test-database.ts";

const SECRET = "ann@example.org";

describe("where the extension counts", () => {
  let cluster: ThrowawayCluster;
  let db: Database;

  beforeAll(async () => {
    cluster = await throwawayCluster({ settings: { shared_preload_libraries: "pg_stat_statements" } });
    db = connect({ url: cluster.primary.url, max: 2 });
    await db.query({
      text: `create schema "The Extensions"; create extension pg_stat_statements schema "The Extensions";
        create table patients (id int, email text);
        insert into patients select n, n || '@example.org' from generate_series(1, 3) as n;
        create role reader login password 'hunter2';`,
      script: true,
    });
  });
  afterAll(async () => {
    await db.close();
    await cluster.stop();
  });

  test("calls, times, rows, blocks, and the text without values", async () => {
    const text = `select email from patients where id > 0 and email <> '${SECRET}'`;
    for (let times = 0; times < 4; times += 1) await db.query({ text });
    const summary = await statementStatistics(db, { limit: 100, by: "calls" });
    if (!summary.available) throw new Error(summary.remedy);
    const found = summary.statements.find((each) => each.text?.startsWith("select email from patients"));
    expect(found).toMatchObject({
      text: "select email from patients where id > $1 and email <> $2",
      calls: 4,
      rows: 12,
      hitRatio: 1,
    });
    expect(found?.totalMs).toBeGreaterThan(0);
    expect((found?.totalMs ?? 0) / 4).toBeCloseTo(found?.meanMs ?? 0, 6);
    const calls = summary.statements.map((each) => each.calls);
    expect(calls).toEqual(calls.toSorted((a, b) => b - a));
    expect(JSON.stringify(summary)).not.toMatch(/ann@|hunter2/);
    const one = await statementStatistics(db, { limit: 1 });
    expect(one).toMatchObject({ available: true, statements: [expect.anything()] });
  });

  test("a role sees that others' statements are there, and not what they say; without the right, it is told", async () => {
    await db.query({ text: `grant usage on schema "The Extensions" to reader` });
    const url = Object.assign(new URL(cluster.primary.url), { username: "reader", password: "hunter2" });
    const reader = connect({ url: String(url), max: 1 });
    const summary = await statementStatistics(reader, { limit: 100 });
    if (!summary.available) throw new Error(summary.remedy);
    expect(summary.statements.some((each) => each.text === undefined && each.calls > 0)).toBe(true);
    expect(JSON.stringify(summary)).not.toContain("patients");
    await db.query({ text: `revoke select on "The Extensions".pg_stat_statements from public` });
    expect(await statementStatistics(reader)).toMatchObject({ available: false, why: "no right" });
    await reader.close();
  });
});

describe("where it does not", () => {
  const database = testDatabase();

  test("it is not installed, or its library is not loaded", async () => {
    const absent = await statementStatistics(database.db);
    expect(absent).toMatchObject({ available: false, why: "not installed" });
    await database.db.query({ text: "create extension pg_stat_statements" });
    expect(await statementStatistics(database.db)).toMatchObject({ available: false, why: "not loaded" });
  });

  test("a wrong limit or order is refused before anything is sent", async () => {
    await expect(statementStatistics(database.db, { limit: 0 })).rejects.toThrow(/whole number from 1/);
    await expect(statementStatistics(database.db, JSON.parse('{"by":"x"}'))).rejects.toThrow(
      /must be one of/,
    );
  });
});
