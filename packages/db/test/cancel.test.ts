import { describe, expect, test } from "vitest";

import { connect, ServerError } from "../src/index.ts";
import { rejection, testDatabase } from "./test-database.ts";

const database = testDatabase();

async function running(needle: string): Promise<number> {
  const rows = await database.db.query({
    text: "select 1 from pg_stat_activity where state = 'active' and query like $1 and pid <> pg_backend_pid()",
    values: [`%${needle}%`],
  });
  return rows.length;
}

describe("a signal cancels the statement in PostgreSQL", () => {
  test("while it runs", async () => {
    const controller = new AbortController();
    const statement = rejection(
      database.db.query({ text: "select pg_sleep(60), 'running-one'", signal: controller.signal }),
    );
    await expect.poll(() => running("running-one")).toBe(1);
    const started = performance.now();
    controller.abort();
    const error = await statement;
    expect(error).toBeInstanceOf(ServerError);
    expect(error).toMatchObject({ code: "57014", message: "canceling statement due to user request" });
    expect(performance.now() - started).toBeLessThan(2000);
    expect(await running("running-one")).toBe(0);
  });

  test("in the very moment in which it is sent", async () => {
    const controller = new AbortController();
    const statement = rejection(
      database.db.query({ text: "select pg_sleep(60), 'just-sent'", signal: controller.signal }),
    );
    await Promise.resolve();
    controller.abort();
    expect(await statement).toMatchObject({ code: "57014" });
    expect(await running("just-sent")).toBe(0);
  });

  test("the next statement on that connection is not hit", async () => {
    const db = connect({ url: database.url, max: 1 });
    for (let round = 0; round < 20; round += 1) {
      const controller = new AbortController();
      const statement = rejection(db.query({ text: "select pg_sleep(60)", signal: controller.signal }));
      setTimeout(() => controller.abort(), round % 5);
      const next = db.query({ text: "select count(*) as n from generate_series(1, 20000)" });
      expect(await statement).toMatchObject({ code: "57014" });
      expect(await next).toEqual([{ n: "20000" }]);
    }
    await db.close();
  });

  test("a statement that waits behind others on a reserved connection is cancelled when its turn comes", async () => {
    const connection = await database.db.reserve();
    const controller = new AbortController();
    const first = connection.query({ text: "select pg_sleep(0.3), 'first' as name" });
    const second = rejection(
      connection.query({ text: "select pg_sleep(60), 'second'", signal: controller.signal }),
    );
    await expect.poll(() => running("'first'")).toBe(1);
    controller.abort();
    expect((await first)[0]).toMatchObject({ name: "first" });
    expect(await second).toMatchObject({ code: "57014" });
    expect(await connection.query({ text: "select 'third' as name" })).toEqual([{ name: "third" }]);
    await connection.release();
  });
});

describe("a statement that was cancelled before it was sent", () => {
  test("is never sent", async () => {
    await database.db.query({ text: "create table sent (a int)" });
    const error = await rejection(
      database.db.query({ text: "insert into sent values (1)", signal: AbortSignal.abort() }),
    );
    expect(error).toBeInstanceOf(ServerError);
    expect(error).toMatchObject({ code: "57014", message: "the statement was cancelled before it was sent" });
    const connection = await database.db.reserve();
    await rejection(connection.query({ text: "insert into sent values (1)", signal: AbortSignal.abort() }));
    await connection.release();
    expect(await database.db.query({ text: "select * from sent" })).toEqual([]);
  });

  test("stops waiting for a connection", async () => {
    const db = connect({ url: database.url, max: 1 });
    const connection = await db.reserve();
    const controller = new AbortController();
    const waiting = rejection(db.query({ text: "select 1", signal: controller.signal }));
    controller.abort();
    expect(await waiting).toMatchObject({ code: "57014" });
    await connection.release();
    expect(await db.query({ text: "select 1 as one" })).toEqual([{ one: "1" }]);
    await db.close();
  });

  test("a signal that fires after the statement has ended does nothing", async () => {
    const controller = new AbortController();
    await database.db.query({ text: "select 1", signal: controller.signal });
    controller.abort();
    expect(await database.db.query({ text: "select 1 as one" })).toEqual([{ one: "1" }]);
  });
});
