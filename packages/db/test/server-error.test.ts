import { inspect } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";

import { ServerError } from "../src/index.ts";
import { rejection, testDatabase } from "./test-database.ts";

const database = testDatabase();

beforeAll(async () => {
  await database.db.query({
    text: "create table person (id int primary key, email text constraint email_unique unique, age int constraint adult check (age > 17)); insert into person values (1, 'ann@example.org', 30)",
    script: true,
  });
});

async function refused(text: string, values?: string[]): Promise<ServerError> {
  const error = await rejection(database.db.query({ text, ...(values === undefined ? {} : { values }) }));
  expect(error).toBeInstanceOf(ServerError);
  return error as ServerError;
}

describe("a refused statement carries PostgreSQL's fields", () => {
  test("a broken constraint", async () => {
    const error = await refused("insert into person values (2, $1, 30)", ["ann@example.org"]);
    expect(error.fields).toEqual({
      code: "23505",
      severity: "ERROR",
      message: 'duplicate key value violates unique constraint "email_unique"',
      detail: "Key (email)=(ann@example.org) already exists.",
      schema: "public",
      table: "person",
      constraint: "email_unique",
    });
    expect(error.code).toBe("23505");
    expect(error.message).toBe(error.fields.message);
  });

  test("a column that may not be null", async () => {
    const error = await refused("insert into person values (null, 'x', 30)");
    expect(error.fields).toMatchObject({ code: "23502", table: "person", column: "id" });
  });

  test("a hint", async () => {
    const error = await refused("select emial from person");
    expect(error.fields).toMatchObject({
      code: "42703",
      hint: 'Perhaps you meant to reference the column "person.email".',
    });
  });

  test("what a function raises", async () => {
    const error = await refused(
      "do $$ begin raise exception 'no' using errcode = 'PT402', detail = 'd', hint = 'h'; end $$",
    );
    expect(error.fields).toMatchObject({ code: "PT402", message: "no", detail: "d", hint: "h" });
  });
});

describe("neither statement nor parameters are in the error", () => {
  test.each([false, true])("prepared: %s", async (prepare) => {
    const text = "select 'in the statement', ($1::text || 'x')::int";
    const error = await rejection(database.db.query({ text, values: ["secret-parameter"], prepare }));
    const everything = inspect(error, { showHidden: true, depth: 10, getters: true });
    // PostgreSQL's own message quotes the value; nothing else does.
    expect(error.message).toBe('invalid input syntax for type integer: "secret-parameterx"');
    expect(everything.replaceAll(error.message, "")).not.toMatch(/secret-parameter|in the statement/);
    expect(Object.getOwnPropertyNames(error).toSorted()).toEqual(["fields", "message", "name", "stack"]);
    expect(error.cause).toBeUndefined();
  });

  test("the connection works on", async () => {
    await refused("select 1/0");
    expect(await database.db.query({ text: "select 1 as one" })).toEqual([{ one: "1" }]);
  });
});
