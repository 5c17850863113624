import { describe, expect, test } from "vitest";

import { shapeOf } from "../../src/telemetry/statement-shape.ts";

describe("nothing of a value is in the text", () => {
  // PostgreSQL's documentation, "Lexical Structure".
  test.each([
    ["select 'secret'", "select ?"],
    ["select 'it''s secret' as x", "select ? as x"],
    [String.raw`select E'secret \' secret' as x`, "select ? as x"],
    [String.raw`select 'secret\' as x`, "select ? as x"],
    [String.raw`select U&'\0441secret' as x`, "select ? as x"],
    ["select $$secret$$, $tag$secret $$ secret$tag$ as x", "select ?, ? as x"],
    ["select date'2026-01-01', x'1F', b'01'", "select date?, ?, ?"],
    ["select 1, 1.5, .5, 1e10, 0xFF, 1_000 from t1", "select ?, ?, ?, ?, ?, ? from t1"],
    ["select $1, $2::text from t where a[1:2] = $3", "select $1, $2::text from t where a[?:?] = $3"],
    [
      "select 1 -- secret\n from t /* secret /* secret */ secret */ where true",
      "select ?  \n from t   where true",
    ],
    ["select 'secret without an end", "select ?"],
    ["select $x$secret without an end", "select ?"],
    ["select 1 /* secret /* without */ an end", "select ?"],
    [`select "a secret is no column's name" from "T"`, `select "a secret is no column's name" from "T"`],
  ])("%s", (text, shown) => {
    expect(shapeOf(text).text.replace(/ +/g, " ")).toBe(shown.replace(/ +/g, " "));
  });
});

describe("the summary names operations and tables", () => {
  test.each([
    ["select * from songs", "SELECT songs", "SELECT", "songs"],
    ["select * from songs, artists", "SELECT songs", "SELECT", "songs"],
    ["SELECT * FROM songs s JOIN artists a ON a.id = s.artist", "SELECT songs artists", "SELECT", undefined],
    [
      'insert into "public"."Order Lines" (id) values ($1)',
      "INSERT public.Order Lines",
      "INSERT",
      "public.Order Lines",
    ],
    ["INSERT INTO shipping SELECT * FROM orders", "INSERT shipping SELECT orders", "INSERT", undefined],
    ["update only t set a = 1 where b = 2", "UPDATE t", "UPDATE", "t"],
    ["delete from t using u where t.id = u.id", "DELETE t", "DELETE", "t"],
    ["select 1 from t for update", "SELECT t", "SELECT", "t"],
    ["insert into t values (1) on conflict (id) do update set a = 2", "INSERT t", "INSERT", "t"],
    [
      "with x as (select * from t), y (a) as (select 1) select * from x join y on true",
      "SELECT t SELECT SELECT",
      "SELECT",
      "t",
    ],
    ["select extract(year from born) from people", "SELECT people", "SELECT", "people"],
    ["select a is distinct from b from t", "SELECT t", "SELECT", "t"],
    ["select * from generate_series(1, 3)", "SELECT", "SELECT", undefined],
    ["begin isolation level serializable", "BEGIN", "BEGIN", undefined],
    ["commit", "COMMIT", "COMMIT", undefined],
    ["create table if not exists notes (id int)", "CREATE notes", "CREATE", "notes"],
    ["copy notes to stdout", "COPY notes", "COPY", "notes"],
    ["", "UNKNOWN", "UNKNOWN", undefined],
  ] as const)("%s", (text, ...[summary, operation, collection]) => {
    expect(shapeOf(text)).toMatchObject({ summary, operation });
    expect(shapeOf(text).collection).toBe(collection);
  });

  test("in at most 255 characters, cut between words", () => {
    const { summary } = shapeOf(
      Array.from({ length: 60 }, (_, n) => `select * from table_${n}`).join(" union all "),
    );
    expect(summary.length).toBeLessThanOrEqual(255);
    expect(summary).toMatch(/ (SELECT|table_\d+)$/);
  });
});
