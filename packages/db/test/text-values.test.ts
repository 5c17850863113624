import { describe, expect, test } from "vitest";

import { ServerError } from "../src/index.ts";
import { only, rejection, testDatabase } from "./test-database.ts";

const database = testDatabase({ session: { timezone: "UTC" } });

// Type, the text that goes in, and PostgreSQL's own output for it.
const VALUES: readonly (readonly [string, string, string])[] = [
  ["boolean", "true", "t"],
  ["boolean", "f", "f"],
  ["date", "2026-07-04", "2026-07-04"],
  ["date", "infinity", "infinity"],
  ["timestamptz", "2026-07-04T10:00:00+02:00", "2026-07-04 08:00:00+00"],
  ["timestamptz", "-infinity", "-infinity"],
  ["timestamp", "2026-07-04 10:00:00.123456", "2026-07-04 10:00:00.123456"],
  ["jsonb", '{"a":1}', '{"a": 1}'],
  ["jsonb", '"x"', '"x"'],
  ["jsonb", "null", "null"],
  ["json", '{"b": 1,  "a":2}', '{"b": 1,  "a":2}'],
  ["bytea", "\\xdeadbeef", "\\xdeadbeef"],
  ["int[]", "{1,2}", "{1,2}"],
  ["text[]", '{"a,b",NULL}', '{"a,b",NULL}'],
  ["bigint", "9223372036854775807", "9223372036854775807"],
  ["int", "42", "42"],
  ["smallint", "-7", "-7"],
  ["numeric", "12345678901234567890.5", "12345678901234567890.5"],
  ["float8", "0.1", "0.1"],
  ["float8", "NaN", "NaN"],
  ["float4", "1.5", "1.5"],
  ["oid", "4294967295", "4294967295"],
  ["uuid", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"],
  ["text", "ünïcödé 🐘", "ünïcödé 🐘"],
  ["text", "", ""],
  ["inet", "192.168.0.1/24", "192.168.0.1/24"],
];

describe.each([
  ["not prepared", false],
  ["prepared", true],
])("values are text in both directions, %s", (_, prepare) => {
  test.each(VALUES)("%s %s", async (type, input, output) => {
    const text = `select $1::${type} as value`;
    // Twice: the second time a prepared statement is bound with the types that the server announced.
    for (let round = 0; round < 2; round += 1) {
      expect(only(await database.db.query({ text, values: [input], prepare }))).toEqual({ value: output });
    }
  });

  test("null", async () => {
    expect(
      only(await database.db.query({ text: "select $1::jsonb as value", values: [null], prepare })),
    ).toEqual({ value: null });
  });

  test("a parameter whose type the statement infers from a column", async () => {
    const text =
      "select count(*) as n from (values (true, date '2026-07-04', '{\"a\":1}'::jsonb)) t(b, d, j) where b = $1 and d = $2 and j = $3";
    for (let round = 0; round < 2; round += 1) {
      expect(
        only(await database.db.query({ text, values: ["true", "2026-07-04", '{"a":1}'], prepare })),
      ).toEqual({ n: "1" });
    }
  });
});

describe("statements", () => {
  test("no rows, many rows, and a statement without a result", async () => {
    expect(await database.db.query({ text: "select 1 as a where false" })).toEqual([]);
    expect(await database.db.query({ text: "select g as a from generate_series(1, 3) g" })).toEqual([
      { a: "1" },
      { a: "2" },
      { a: "3" },
    ]);
    expect(await database.db.query({ text: "create temporary table nothing (a int)" })).toEqual([]);
  });

  test("a large value arrives whole", async () => {
    const large = "x".repeat(5_000_000);
    expect(only(await database.db.query({ text: "select length($1) as length", values: [large] }))).toEqual({
      length: "5000000",
    });
    expect(
      only(await database.db.query({ text: "select repeat('y', 5000000) as value" }))["value"]?.length,
    ).toBe(5_000_000);
  });

  test("a second statement in the text is refused, unless the text is called a script", async () => {
    const text = "create table two (a int); insert into two values (1)";
    expect((await rejection(database.db.query({ text }))).message).toMatch(/multiple commands/);
    expect(
      (await rejection(database.db.query({ text: "select $1; select 2", values: ["1"] }))).message,
    ).toMatch(/multiple commands/);
    expect(await database.db.query({ text: `${text}; select a from two`, script: true })).toEqual([
      { a: "1" },
    ]);
  });

  test("a script is all or nothing", async () => {
    await rejection(database.db.query({ text: "create table half (a int); select 1/0", script: true }));
    expect(only(await database.db.query({ text: "select to_regclass('half') as half" }))).toEqual({
      half: null,
    });
  });

  test("what is not text is refused before it is sent", async () => {
    const values = [true] as unknown as string[];
    expect((await rejection(database.db.query({ text: "select $1", values }))).message).toBe(
      "parameter $1 must be PostgreSQL text or null, got boolean",
    );
    expect((await rejection(database.db.query({ text: "select 1\0" }))).message).toMatch(/NUL/);
    const many = Array.from({ length: 65_534 }, () => "1");
    expect((await rejection(database.db.query({ text: "select 1", values: many }))).message).toMatch(
      /at most 65533 parameters/,
    );
  });

  test("a prepared statement survives a change of its result type", async () => {
    await database.db.query({
      text: "create table changing (a int); insert into changing values (1)",
      script: true,
    });
    const statement = { text: "select * from changing", prepare: true };
    expect(await database.db.query(statement)).toEqual([{ a: "1" }]);
    await database.db.query({ text: "alter table changing alter a type text using a || '!'" });
    expect(await database.db.query(statement)).toEqual([{ a: "1!" }]);
  });

  test("notices are not printed", async () => {
    const printed: unknown[] = [];
    const { log } = console;
    console.log = (...values: unknown[]) => void printed.push(values);
    try {
      await database.db.query({ text: "do $$ begin raise warning 'loud'; end $$", script: true });
    } finally {
      console.log = log;
    }
    expect(printed).toEqual([]);
  });

  test("COPY is refused, and its connection is not used again", async () => {
    await database.db.query({ text: "create table copied (a int)" });
    for (const text of ["copy copied from stdin", "copy (select 1) to stdout"]) {
      expect((await rejection(database.db.query({ text }))).message).toMatch(
        /does not run COPY … FROM STDIN and COPY … TO STDOUT/,
      );
      expect(await database.db.query({ text: "select 1 as one" })).toEqual([{ one: "1" }]);
    }
  });

  test("a value that PostgreSQL cannot read is its error", async () => {
    const error = await rejection(database.db.query({ text: "select $1::int as value", values: ["abc"] }));
    expect(error).toBeInstanceOf(ServerError);
    expect((error as ServerError).code).toBe("22P02");
  });
});
