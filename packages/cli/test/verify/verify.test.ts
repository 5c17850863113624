import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { verifyRows, type RowsReport, type VerifyOptions } from "../../src/verify/verify-rows.ts";
import { makePair, type Pair } from "../copy/pair.ts";
import { run } from "../copy/run.ts";
import { offramp } from "../offramp.ts";

let pair: Pair;

beforeAll(async () => {
  pair = await makePair();
  await pair.schema(`
    create table visit (id int primary key, note text, cost numeric, at timestamptz, data jsonb);
    create table person (name text, born date, note text, primary key (name, born));
    create table log (at int, note text);
    create table part (id int, at date, note text, primary key (id, at)) partition by range (at);
    create table part_a partition of part for values from ('2026-01-01') to ('2026-02-01');
    create table part_b partition of part for values from ('2026-02-01') to ('2026-03-01');
    create table counter (id serial primary key, note text)`);
  await pair.source.query({
    text: `insert into visit select n, 'n' || n, n / 7.0, timestamptz '2026-01-01' + n * interval '1 min', jsonb_build_object('n', n)
        from generate_series(1, 20000) n;
      insert into person select 'p' || n, date '1980-01-01' + n, null from generate_series(1, 3000) n;
      insert into log select n % 10, 'same' from generate_series(1, 3000) n;
      insert into part select n, date '2026-01-01' + n % 59, 'n' from generate_series(1, 1000) n;
      insert into counter (note) select 'c' from generate_series(1, 10)`,
    script: true,
  });
  await run(pair);
}, 60_000);

afterAll(async () => {
  await pair.close();
});

function verify(options: Partial<VerifyOptions> = {}): Promise<RowsReport> {
  return verifyRows(pair.source, pair.target, {
    tables: {},
    keyWrapper: undefined,
    jobs: 3,
    partBytes: 100_000,
    limit: 20,
    signal: new AbortController().signal,
    watcher: { begin() {}, advance() {}, end() {} },
    ...options,
  });
}

/** What is done to the target, and how it is undone. */
interface Injected {
  readonly change: string;
  readonly undo: string;
  readonly table: string;
}

/** Changes the target, looks at what is found of the table, and puts it back. */
async function found({ change, undo, table }: Injected, options?: Partial<VerifyOptions>): Promise<unknown> {
  await pair.target.query({ text: change, script: true });
  try {
    const report = await verify(options);
    const others = report.tables.filter(
      ({ source, verdict }) => source !== `public.${table}` && verdict !== "equal",
    );
    expect(others).toEqual([]);
    const check = report.tables.find(({ source }) => source === `public.${table}`);
    return { verdict: check?.verdict, differences: check?.differences };
  } finally {
    await pair.target.query({ text: undo, script: true });
  }
}

describe("rows", () => {
  it("that are equal are found equal, and counted", async () => {
    const report = await verify();
    expect(
      report.tables.map(({ source, verdict, sourceRows, targetRows }) => [
        source,
        verdict,
        sourceRows,
        targetRows,
      ]),
    ).toEqual([
      ["public.counter", "equal", 10, 10],
      ["public.log", "equal", 3_000, 3_000],
      ["public.part", "equal", 1_000, 1_000],
      ["public.person", "equal", 3_000, 3_000],
      ["public.visit", "equal", 20_000, 20_000],
    ]);
    expect(report.sequences).toEqual([
      { sequence: "public.counter_id_seq", column: "public.counter.id", verdict: "equal" },
    ]);
  });

  it.each([
    [
      "a changed value",
      "update visit set cost = cost + 0.01, note = 'x' where id = 15000",
      "update visit set cost = cost - 0.01, note = 'n15000' where id = 15000",
      "visit",
      { row: "id=15000", kind: "changed", columns: ["note", "cost"] },
    ],
    [
      "null for an empty text",
      "update visit set note = null where id = 3",
      "update visit set note = 'n3' where id = 3",
      "visit",
      { row: "id=3", kind: "changed", columns: ["note"] },
    ],
    [
      "a shift between columns",
      "update person set note = '' where name = 'p7'",
      "update person set note = null where name = 'p7'",
      "person",
      { row: "name=p7, born=1980-01-08", kind: "changed", columns: ["note"] },
    ],
    [
      "a time zone's hour",
      "update visit set at = at + interval '1 h' where id = 9",
      "update visit set at = at - interval '1 h' where id = 9",
      "visit",
      { row: "id=9", kind: "changed", columns: ["at"] },
    ],
    [
      "a missing row",
      "delete from person where name = 'p17'",
      "insert into person values ('p17', '1980-01-18', null)",
      "person",
      { row: "name=p17, born=1980-01-18", kind: "missing in the target", columns: [] },
    ],
    [
      "a row too many",
      "insert into visit values (-5)",
      "delete from visit where id = -5",
      "visit",
      { row: "id=-5", kind: "only in the target", columns: [] },
    ],
    [
      "a row of a partition",
      "update part set note = 'm' where id = 500",
      "update part set note = 'n' where id = 500",
      "part",
      { row: "id=500, at=2026-01-29", kind: "changed", columns: ["note"] },
    ],
  ])("%s is named", async (...[, change, undo, table, difference]) => {
    expect(await found({ change, undo, table })).toEqual({ verdict: "different", differences: [difference] });
  });

  it("that are doubled in a table without a key are found", async () => {
    const check = await found({
      change: "insert into log values (3, 'same')",
      undo: "delete from log where ctid = (select max(ctid) from log where at = 3)",
      table: "log",
    });
    expect(check).toMatchObject({
      verdict: "different",
      differences: [
        { row: expect.stringContaining("300 in the source, 301 in the target"), kind: "only in the target" },
      ],
    });
  });

  it("that all differ are told up to the limit", async () => {
    await pair.target.query({ text: "update visit set note = note || '!'" });
    const report = await verify({ limit: 5 });
    const check = report.tables.find(({ source }) => source === "public.visit");
    expect(check).toMatchObject({ verdict: "different", more: true });
    expect(check?.differences).toHaveLength(5);
    await pair.target.query({ text: "update visit set note = left(note, -1)" });
  });

  it("of a transformed table are compared as the transforms make them", async () => {
    const tables = { "public.person": { map: { note: () => "made" } } };
    const check = await found(
      {
        change:
          "update person set note = 'made'; update person set note = 'other' where name = 'p5'; delete from person where name = 'p6'; insert into person values ('zz', '2026-01-01', 'made')",
        undo: "update person set note = null; insert into person values ('p6', '1980-01-07', null); delete from person where name = 'zz'",
        table: "person",
      },
      { tables },
    );
    expect(check).toEqual({
      verdict: "different",
      differences: expect.arrayContaining([
        { row: "name=p5, born=1980-01-06", kind: "changed", columns: ["note"] },
        { row: "name=p6, born=1980-01-07", kind: "missing in the target", columns: [] },
        { row: "name=zz, born=2026-01-01", kind: "only in the target", columns: [] },
      ]),
    });
  });
});

describe("offramp verify", () => {
  it("ends with 0, and the page to sign says what was not compared", async () => {
    const folder = await mkdtemp(join(tmpdir(), "offramp-verify-"));
    try {
      const page = join(folder, "report.html");
      const { code, stdout } = await offramp([
        "verify",
        "--source",
        pair.sourceUrl,
        "--target",
        pair.targetUrl,
        "--users",
        "drop",
        "--html",
        page,
      ]);
      expect(stdout).toContain("equal: 27,010 rows in 5 tables, 1 sequences");
      expect(code).toBe(0);
      const html = await readFile(page, "utf8");
      expect(html).toContain("Everything that was compared is equal.");
      expect(html).toContain("large objects");
      expect(html).not.toMatch(/(?:src|href)=/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("ends with 1 for a difference, also of a sequence that would give a number twice", async () => {
    await pair.target.query({ text: "select setval('counter_id_seq', 9)" });
    const { code, stdout } = await offramp([
      "verify",
      "--json",
      "--source",
      pair.sourceUrl,
      "--target",
      pair.targetUrl,
    ]);
    await pair.target.query({ text: "select setval('counter_id_seq', 10)" });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: "different", sequences: [{ verdict: "different" }] });
  });

  it("names what is otherwise in the schema", async () => {
    await pair.source.query({ text: "comment on column visit.cost is 'in euros'" });
    await pair.target.query({ text: "alter table visit alter column note set default 'x'" });
    const { code, stdout } = await offramp([
      "verify",
      "--source",
      pair.sourceUrl,
      "--target",
      pair.targetUrl,
    ]);
    await pair.target.query({ text: "alter table visit alter column note drop default" });
    await pair.source.query({ text: "comment on column visit.cost is null" });
    expect(stdout).toContain("column public.visit.cost: comment differs");
    expect(stdout).toContain("column public.visit.note: default differs");
    expect(code).toBe(1);
  });

  it("ends with 2 when something could not be compared", async () => {
    await pair.source.query({ text: "create table only_here (id int)" });
    const { code, stdout } = await offramp([
      "verify",
      "--source",
      pair.sourceUrl,
      "--target",
      pair.targetUrl,
    ]);
    await pair.source.query({ text: "drop table only_here" });
    expect(code).toBe(2);
    expect(stdout).toContain("public.only_here: the target has no table");
  });
});
