import { connect, type Database } from "@offramp/db";
import { throwawayPostgres, type ThrowawayPostgres } from "@offramp/db/testing";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

import { arrayLiteral, type ArrayElement } from "../../src/request/array-literal.ts";

let postgres: ThrowawayPostgres;
let db: Database;

beforeAll(async () => {
  postgres = await throwawayPostgres();
  const database = await postgres.createDatabase();
  db = connect({ url: database.url });
});

afterAll(async () => {
  await db.close();
  await postgres.stop();
});

/** What PostgreSQL finds in the literal. */
async function readByPostgres(values: readonly ArrayElement[]): Promise<unknown> {
  const text = "select array_to_json($1::text[])::text as found";
  const [row] = await db.query({ text, values: [arrayLiteral(values)] });
  return JSON.parse(row?.found ?? "null");
}

/** PostgreSQL's text holds every character but U+0000. */
const element = fc
  .option(
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: fc.constantFrom('"', "\\", ",", "{", "}", " ", "\n", "'", "N", "é", "😀") }),
      fc.constantFrom("", "NULL", "null", "\\N", "$1"),
    ),
  )
  .filter((value) => !value?.includes("\0"));

test("PostgreSQL reads the list that was given", async () => {
  const property = fc.asyncProperty(fc.array(element), async (values) => {
    expect(await readByPostgres(values)).toEqual(values);
  });
  await fc.assert(property, { numRuns: 200 });
});

test("PostgreSQL reads an array of arrays", async () => {
  const matrix = fc
    .record({ rows: fc.integer({ min: 1, max: 3 }), columns: fc.integer({ min: 1, max: 3 }) })
    .chain(({ rows, columns }) =>
      fc.array(fc.array(element, { minLength: columns, maxLength: columns }), {
        minLength: rows,
        maxLength: rows,
      }),
    );
  const property = fc.asyncProperty(matrix, async (values) => {
    expect(await readByPostgres(values)).toEqual(values);
  });
  await fc.assert(property, { numRuns: 50 });
});

test("empty arrays in an array leave nothing, since PostgreSQL has no empty dimension", async () => {
  expect(await readByPostgres([[], []])).toEqual([]);
});
