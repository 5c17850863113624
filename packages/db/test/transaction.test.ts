import { beforeEach, describe, expect, test } from "vitest";

import { ServerError, type Transaction } from "../src/index.ts";
import { rejection, testDatabase } from "./test-database.ts";

const database = testDatabase();

beforeEach(async () => {
  await database.db.query({
    text: "drop table if exists entry; create table entry (a int unique)",
    script: true,
  });
});

async function entries(): Promise<(string | null | undefined)[]> {
  return (await database.db.query({ text: "select a from entry order by a" })).map((row) => row["a"]);
}

function insert(transaction: Transaction, value: string): Promise<unknown> {
  return transaction.query({ text: "insert into entry values ($1)", values: [value] });
}

describe("transaction()", () => {
  test("commits, and returns what the function returned", async () => {
    const result = await database.db.transaction(async (transaction) => {
      await insert(transaction, "1");
      expect(await entries()).toEqual([]);
      return "done";
    });
    expect(result).toBe("done");
    expect(await entries()).toEqual(["1"]);
  });

  test("rolls back and throws on what the function threw", async () => {
    const reason = new Error("changed my mind");
    const error = await rejection(
      database.db.transaction(async (transaction) => {
        await insert(transaction, "1");
        throw reason;
      }),
    );
    expect(error).toBe(reason);
    expect(await entries()).toEqual([]);
  });

  test("a refused statement rolls back", async () => {
    const error = await rejection(
      database.db.transaction(async (transaction) => {
        await insert(transaction, "1");
        await insert(transaction, "1");
      }),
    );
    expect(error).toMatchObject({ code: "23505" });
    expect(await entries()).toEqual([]);
  });

  test("a refused statement that the function caught is not a success", async () => {
    const error = await rejection(
      database.db.transaction(async (transaction) => {
        await insert(transaction, "1");
        await insert(transaction, "1").catch(() => undefined);
        return "done";
      }),
    );
    expect(error).toBeInstanceOf(ServerError);
    expect(error).toMatchObject({ code: "23505" });
    expect(await entries()).toEqual([]);
  });

  test("a constraint that is checked at commit", async () => {
    await database.db.query({
      text: "alter table entry add constraint later unique (a) deferrable initially deferred; alter table entry drop constraint entry_a_key",
      script: true,
    });
    const error = await rejection(
      database.db.transaction(async (transaction) => {
        await insert(transaction, "1");
        await insert(transaction, "1");
      }),
    );
    expect(error).toMatchObject({ code: "23505" });
    expect(await entries()).toEqual([]);
  });

  test("isolation and access mode", async () => {
    const settings = await database.db.transaction(
      (transaction) =>
        transaction.query({
          text: "select current_setting('transaction_isolation') as level, current_setting('transaction_read_only') as read_only",
        }),
      { isolation: "serializable", readOnly: true },
    );
    expect(settings).toEqual([{ level: "serializable", read_only: "on" }]);
    const error = await rejection(
      database.db.transaction((transaction) => insert(transaction, "1"), { readOnly: true }),
    );
    expect(error).toMatchObject({ code: "25006" });
    const wrong = { isolation: "none; drop table entry" } as unknown as { isolation: "serializable" };
    expect((await rejection(database.db.transaction(() => Promise.resolve(), wrong))).message).toMatch(
      /isolation must be one of/,
    );
    expect(await entries()).toEqual([]);
  });

  test("a statement after the end is refused", async () => {
    let escaped: Transaction | undefined;
    await database.db.transaction((transaction) => {
      escaped = transaction;
      return Promise.resolve();
    });
    expect((await rejection(insert(escaped as Transaction, "1"))).message).toMatch(
      /the transaction has ended/,
    );
  });

  test("statements sent together arrive in order", async () => {
    await database.db.transaction(async (transaction) => {
      await Promise.all(["3", "1", "2"].map((value) => insert(transaction, value)));
    });
    expect(await entries()).toEqual(["1", "2", "3"]);
  });

  test("query() does not begin transactions", async () => {
    expect((await rejection(database.db.query({ text: "begin" }))).message).toMatch(
      /use transaction\(\), or reserve\(\)/,
    );
    expect((await rejection(database.db.query({ text: "/* hidden */ start transaction" }))).message).toMatch(
      /use transaction\(\)/,
    );
    expect(
      await database.db.query({
        text: "select count(*) as n from pg_stat_activity where state like 'idle in transaction%' and datname = current_database()",
      }),
    ).toEqual([{ n: "0" }]);
  });
});

describe("savepoint()", () => {
  test("an error inside undoes only what is inside", async () => {
    await database.db.transaction(async (transaction) => {
      await insert(transaction, "1");
      const error = await rejection(
        transaction.savepoint(async (inner) => {
          await insert(inner, "2");
          await insert(inner, "1");
        }),
      );
      expect(error).toMatchObject({ code: "23505" });
      await insert(transaction, "3");
    });
    expect(await entries()).toEqual(["1", "3"]);
  });

  test("nested", async () => {
    await database.db.transaction(async (transaction) => {
      const result = await transaction.savepoint(async (outer) => {
        await insert(outer, "1");
        await rejection(
          outer.savepoint(async (inner) => {
            await insert(inner, "2");
            throw new Error("undo");
          }),
        );
        return "kept";
      });
      expect(result).toBe("kept");
    });
    expect(await entries()).toEqual(["1"]);
  });
});
