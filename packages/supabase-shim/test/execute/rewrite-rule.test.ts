import { connect, type Database, quoteIdentifier as quoted, type Transaction } from "@offramp/db";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { type TargetColumn, targetColumns } from "../../src/execute/catalog/rewrite-rule.ts";

let db: Database;

beforeAll(() => {
  db = connect({ url: inject("postgresUrl"), max: 1 });
});

afterAll(() => db.close());

class Undo extends Error {}

/** Makes things in a transaction that is rolled back, and answers with what `read` made of them. */
async function within<T>(script: string, read: (transaction: Transaction) => Promise<T>): Promise<T> {
  let result: { readonly value: T } | undefined;
  try {
    await db.transaction(async (transaction) => {
      await transaction.query({ text: "create schema rules; set local search_path to rules", script: true });
      await transaction.query({ text: script, script: true });
      result = { value: await read(transaction) };
      throw new Undo();
    });
  } catch (error) {
    if (!(error instanceof Undo)) throw error;
  }
  if (result === undefined) throw new Error("Nothing was read.");
  return result.value;
}

/** The columns of the one view in the schema, with the names of their relations in place of oids. */
async function columnsOf(transaction: Transaction, view: string): Promise<readonly TargetColumn[]> {
  const [row] = await transaction.query({
    text: "select ev_action::text as rule from pg_rewrite where ev_class = $1::regclass",
    values: [quoted(view)],
  });
  const relations = await transaction.query({
    text: "select oid::text, relname::text from pg_class where relnamespace = 'rules'::regnamespace",
  });
  const names = new Map(relations.map(({ oid, relname }) => [oid, relname ?? ""]));
  return targetColumns(row?.["rule"] ?? "").map((column) => ({
    ...column,
    relation: names.get(column.relation) ?? column.relation,
  }));
}

const HOSTILE = [
  " ",
  "  leading",
  "trailing ",
  "a b",
  "a\tb",
  "a\nb",
  "a\rb",
  "a\u00a0b",
  "a\u2028b",
  "\ufeffa",
  "\u3000",
  "(",
  ")",
  "()",
  "{",
  "}",
  "{TARGETENTRY ",
  "{QUERY :targetList ({TARGETENTRY ",
  " :resname x :resorigtbl 1 :resorigcol 1 :resjunk false}",
  ":resorigtbl",
  "\\",
  "\\\\",
  "\\n",
  '"',
  '"quoted"',
  "'",
  "<>",
  "<",
  "1",
  "-1",
  "+.5",
  "--",
  "true",
  "é",
  "名前",
  "𝒳",
  "👩🏽‍⚕️",
  "o",
  "o \\ o",
  "a.b",
  "$1",
  ";",
];

describe("names", () => {
  test.each(HOSTILE.map((name) => [JSON.stringify(name), name]))(
    "%s of a view, a table and their columns",
    async (_, name) => {
      const script = `
      create table ${quoted(`t${name}`)} (${quoted(name)} int, last int);
      create view ${quoted(`v${name}`)} as select ${quoted(name)}, last, ${quoted(name)} as ${quoted(`x${name}`)}
      from ${quoted(`t${name}`)} as ${quoted(name)}`;
      expect(await within(script, (transaction) => columnsOf(transaction, `v${name}`))).toEqual([
        { name, relation: `t${name}`, column: 1 },
        { name: "last", relation: `t${name}`, column: 2 },
        { name: `x${name}`, relation: `t${name}`, column: 1 },
      ]);
    },
  );

  test("any list of names is read as it is", async () => {
    const name = fc
      .oneof(
        fc.array(fc.constantFrom(...HOSTILE), { minLength: 1, maxLength: 3 }).map((parts) => parts.join("")),
        fc
          .string({ unit: "binary", minLength: 1, maxLength: 12 })
          .map((text) => text.replaceAll("\u0000", "_")),
      )
      .filter((text) => Buffer.byteLength(text) <= 63);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(name, { minLength: 1, maxLength: 6 }), async (names) => {
        const columns = names.map((each) => `${quoted(each)} int`).join(", ");
        const script = `create table t (${columns}); create view v as select ${names.toReversed().map(quoted).join(", ")} from t`;
        const expected = names
          .map((each, index) => ({ name: each, relation: "t", column: index + 1 }))
          .toReversed();
        expect(await within(script, (transaction) => columnsOf(transaction, "v"))).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});

describe("only columns that are another relation's, unchanged", () => {
  const TABLES = `
    create table a (id int primary key, name text, note text);
    create table b (id int primary key, a_id int, "k}ey" text);`;

  test.each<[what: string, select: string, columns: readonly string[]]>([
    ["plain columns", "select name, id from a", ["name=a.2", "id=a.1"]],
    ["an expression is nobody's", "select id, upper(name) as name, name || '' as n from a", ["id=a.1"]],
    ["nor is a cast that changes the type", "select id::bigint, name::text from a", ["name=a.2"]],
    [
      "nor a constant that looks like a rule",
      "select id, '{TARGETENTRY :resname x' as c, ')' as d from a",
      ["id=a.1"],
    ],
    [
      "a join has columns of both",
      `select a.id, b."k}ey" from a join b on b.a_id = a.id and b."k}ey" <> '}'`,
      ["id=a.1", "k}ey=b.3"],
    ],
    ["a column of USING is the left table's", "select id from a join b using (id)", ["id=a.1"]],
    [
      "a subquery hands its columns on",
      "select x.n from (select name as n, id from a offset 0) as x",
      ["n=a.2"],
    ],
    ["so does a WITH", "with x as (select id as i from a) select i from x", ["i=a.1"]],
    ["a scalar subquery does not", "select id, (select name from a limit 1) as n from b", ["id=b.1"]],
    ["a column that only sorts is no column", "select id from a order by upper(name), note", ["id=a.1"]],
    [
      "groups and windows",
      "select a_id, count(*) as n, row_number() over (order by a_id) as r from b group by a_id",
      ["a_id=b.2"],
    ],
    ["DISTINCT ON", "select distinct on (name) name, id from a order by name, note", ["name=a.2", "id=a.1"]],
    ["a union is nobody's", "select id from a union all select id from b", []],
    ["VALUES are nobody's", "select column1 from (values (1), (2)) as v", []],
    ["a function's rows are nobody's", "select n from generate_series(1, 2) as n", []],
    ["a whole row is column 0", "select a as whole, a.id from a", ["whole=a.0", "id=a.1"]],
    ["a view names the view that it is over", "select id as again from w", ["again=w.1"]],
  ])("%s", async (_what, select, columns) => {
    const script = `${TABLES} create view w as select id from a; create view v as ${select}`;
    const found = await within(script, (transaction) => columnsOf(transaction, "v"));
    expect(found.map(({ name, relation, column }) => `${name}=${relation}.${column}`)).toEqual(columns);
  });

  test("of a materialized view too", async () => {
    const script = `${TABLES} create materialized view v as select name as n from a`;
    expect(await within(script, (transaction) => columnsOf(transaction, "v"))).toEqual([
      { name: "n", relation: "a", column: 2 },
    ]);
  });

  test("a dropped column leaves a hole in the numbers", async () => {
    const script = `${TABLES} alter table a drop column name; create view v as select note from a`;
    expect(await within(script, (transaction) => columnsOf(transaction, "v"))).toEqual([
      { name: "note", relation: "a", column: 3 },
    ]);
  });
});

test("a text that is no rule has no columns", () => {
  for (const text of ["", "<>", "({QUERY})", "{TARGETENTRY", "}}}{{{", "\\"])
    expect(targetColumns(text)).toEqual([]);
});
