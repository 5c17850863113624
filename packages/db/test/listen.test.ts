import { describe, expect, test } from "vitest";

import { connect, ConnectionError } from "../src/index.ts";
import { rejection, testDatabase } from "./test-database.ts";

const database = testDatabase();

function notify(channel: string, payload: string): Promise<unknown> {
  return database.db.query({ text: "select pg_notify($1, $2)", values: [channel, payload] });
}

async function cutListeners(name: string): Promise<number> {
  const rows = await database.db.query({
    text: "select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 and query ilike 'listen%'",
    values: [name],
  });
  return rows.length;
}

describe("listen()", () => {
  test("hears what is sent to its channel, whatever its name", async () => {
    const heard: string[] = [];
    const other: string[] = [];
    const listener = await database.db.listen('Odd "channel"', (payload) => heard.push(payload));
    const second = await database.db.listen("other", (payload) => other.push(payload));
    await notify('Odd "channel"', "one");
    await notify("other", "x");
    await notify('Odd "channel"', "");
    await expect.poll(() => [heard, other]).toEqual([["one", ""], ["x"]]);
    await listener.unlisten();
    await second.unlisten();
  });

  test("several listeners on one channel; one that leaves does not silence the other", async () => {
    const first: string[] = [];
    const second: string[] = [];
    const one = await database.db.listen("shared", (payload) => first.push(payload));
    const two = await database.db.listen("shared", (payload) => second.push(payload));
    await notify("shared", "both");
    await expect.poll(() => [first, second]).toEqual([["both"], ["both"]]);
    await one.unlisten();
    await notify("shared", "second only");
    await expect.poll(() => second).toEqual(["both", "second only"]);
    expect(first).toEqual(["both"]);
    await two.unlisten();
  });

  test("connects again when the connection breaks, and says so each time", async () => {
    const db = connect({ url: database.url, applicationName: "listen-again" });
    const heard: string[] = [];
    let ready = 0;
    await db.listen(
      "again",
      (payload) => heard.push(payload),
      () => (ready += 1),
    );
    expect(ready).toBe(1);
    for (const round of [2, 3]) {
      expect(await cutListeners("listen-again")).toBe(1);
      await expect.poll(() => ready, { timeout: 10_000 }).toBe(round);
      await notify("again", `round ${round}`);
      await expect.poll(() => heard).toContain(`round ${round}`);
    }
    await db.close();
    expect(ready).toBe(3);
  });

  test("ends with the handle", async () => {
    const db = connect({ url: database.url, applicationName: "listen-end" });
    await db.listen("end", () => undefined);
    await db.close();
    await expect.poll(() => cutListeners("listen-end")).toBe(0);
    expect(await rejection(db.listen("end", () => undefined))).toMatchObject({ problem: "closed" });
  });

  test("a server that is not there is an error, not a wait", async () => {
    const db = connect({ url: "postgres://app@127.0.0.1:1/clinic" });
    expect(await rejection(db.listen("x", () => undefined))).toBeInstanceOf(ConnectionError);
    await db.close();
  });
});
