import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answering, expectCase, hospitalBench, type HospitalBench, type SqlCase } from "./hospital-bench.ts";

/** More rows than are counted one by one for an estimate. */
const MANY = `
  create table many with (autovacuum_enabled = off) as select n from generate_series(1, 1500) as n;
  analyze many`;

let bench: HospitalBench;

beforeAll(async () => {
  bench = await hospitalBench(MANY);
});

afterAll(() => bench.close());

const COLUMNS: readonly SqlCase[] = [
  {
    name: "every column, where none is named",
    call: (db) => db.from("rooms").select(),
    sql: answering(`select "public"."rooms".* from "public"."rooms"`),
    data: [
      { id: 10, name: "Red" },
      { id: 20, name: "Blue" },
    ],
  },
  {
    name: "columns, aliases and casts",
    call: (db) => db.from("rooms").select("number:id, id::text, label:name::varchar").order("id"),
    sql: answering(`
      select "public"."rooms"."id" as "number", cast("public"."rooms"."id" as text),
        cast("public"."rooms"."name" as varchar) as "label"
      from "public"."rooms" order by "public"."rooms"."id" asc`),
    data: [
      { number: 10, id: "10", label: "Red" },
      { number: 20, id: "20", label: "Blue" },
    ],
  },
  {
    name: "JSON paths, named after their last key",
    call: (db) =>
      db
        .from("doctors")
        .select("profile->langs->>0, first:profile->langs->0, profile->office->>floor")
        .eq("id", 1),
    sql: answering(`
      select "public"."doctors"."profile"->$1->>0 as "langs", "public"."doctors"."profile"->$2->0 as "first",
        "public"."doctors"."profile"->$3->>$4 as "floor"
      from "public"."doctors" where "public"."doctors"."id" = $5`),
    params: ["langs", "langs", "office", "floor", "1"],
    data: [{ langs: "en", first: "en", floor: "2" }],
  },
  {
    name: "a computed column, like any other",
    call: (db) => db.from("doctors").select("label").eq("label", "1: Ada"),
    sql: answering(`
      select "public"."doctors"."label" from "public"."doctors" where "public"."doctors"."label" = $1`),
    params: ["1: Ada"],
    data: [{ label: "1: Ada" }],
  },
  {
    name: "a view",
    call: (db) => db.from("busy_doctors").select("doctor").order("id"),
    sql: answering(`
      select "public"."busy_doctors"."doctor" from "public"."busy_doctors"
      order by "public"."busy_doctors"."id" asc`),
    data: [{ doctor: "Ada" }, { doctor: `D. "O'Neil", MD` }],
  },
  {
    name: "without nulls",
    call: (db) => db.from("doctors").select("id, bio").eq("id", 3).stripNulls(),
    sql: answering(
      `select "public"."doctors"."id", "public"."doctors"."bio" from "public"."doctors" where "public"."doctors"."id" = $1`,
      { body: `coalesce(json_strip_nulls(json_agg("offramp_rows")), '[]')::text` },
    ),
    params: ["3"],
    data: [{ id: 3 }],
  },
  {
    name: "one row",
    call: (db) => db.from("rooms").select().eq("id", 10).single(),
    sql: answering(`select "public"."rooms".* from "public"."rooms" where "public"."rooms"."id" = $1`, {
      body: `coalesce(json_agg("offramp_rows")->0, 'null')::text`,
    }),
    params: ["10"],
    data: { id: 10, name: "Red" },
  },
  {
    name: "one row or none: judged outside, so the statement is that of a list",
    call: (db) => db.from("rooms").select().eq("id", 11).maybeSingle(),
    sql: answering(`select "public"."rooms".* from "public"."rooms" where "public"."rooms"."id" = $1`),
    params: ["11"],
    data: null,
  },
];

describe("columns", () => {
  test.each(COLUMNS)("$name", (each) => expectCase(bench, each));
});

const ORDERS: readonly SqlCase[] = [
  {
    name: "directions, and where nulls go",
    call: (db) =>
      db
        .from("doctors")
        .select("id")
        .order("grade", { ascending: false, nullsFirst: true })
        .order("name")
        .order("hired", { nullsFirst: false }),
    sql: answering(`
      select "public"."doctors"."id" from "public"."doctors"
      order by "public"."doctors"."grade" desc nulls first, "public"."doctors"."name" asc,
        "public"."doctors"."hired" asc nulls last`),
    data: [{ id: 3 }, { id: 1 }, { id: 2 }, { id: 4 }],
  },
  {
    name: "a JSON path",
    call: (db) =>
      db.from("doctors").select("id").order("profile->office->>floor", { nullsFirst: false }).limit(1),
    sql: answering(`
      select "public"."doctors"."id" from "public"."doctors"
      order by "public"."doctors"."profile"->$1->>$2 asc nulls last limit 1`),
    params: ["office", "floor"],
    data: [{ id: 1 }],
  },
  {
    name: "a limit",
    call: (db) => db.from("rooms").select("id").order("id").limit(1),
    sql: answering(`
      select "public"."rooms"."id" from "public"."rooms" order by "public"."rooms"."id" asc limit 1`),
    params: [],
    data: [{ id: 10 }],
  },
  {
    name: "a limit that is no page size is a parameter",
    call: (db) => db.from("rooms").select("id").order("id").limit(1001),
    sql: answering(`
      select "public"."rooms"."id" from "public"."rooms" order by "public"."rooms"."id" asc limit $1`),
    params: ["1001"],
    data: [{ id: 10 }, { id: 20 }],
  },
  {
    name: "a range",
    call: (db) => db.from("doctors").select("id").order("id").range(1, 2),
    sql: answering(`
      select "public"."doctors"."id" from "public"."doctors"
      order by "public"."doctors"."id" asc limit 2 offset $1`),
    params: ["1"],
    data: [{ id: 2 }, { id: 3 }],
  },
  {
    name: "a range from the first row has no offset",
    call: (db) => db.from("doctors").select("id").order("id").range(0, 1),
    sql: answering(`
      select "public"."doctors"."id" from "public"."doctors" order by "public"."doctors"."id" asc limit 2`),
    params: [],
    data: [{ id: 1 }, { id: 2 }],
  },
];

describe("order and range", () => {
  test.each(ORDERS)("$name", (each) => expectCase(bench, each));
});

const COUNTED = `select "public"."doctors"."id" from "public"."doctors"`;
const GRADED = `where "public"."doctors"."grade" > $1`;

const COUNTS: readonly SqlCase[] = [
  {
    name: "exact: all rows that the filters let through, whatever the page",
    call: (db) => db.from("doctors").select("id", { count: "exact" }).gt("grade", 1).order("id").limit(1),
    sql: answering(
      `${COUNTED} where "public"."doctors"."grade" > $2 order by "public"."doctors"."id" asc limit 1`,
      { total: `(select count(*) from (select 1 from "public"."doctors" ${GRADED}) as counted)::text` },
    ),
    params: ["1", "1"],
    data: [{ id: 1 }],
    count: 2,
    status: 206,
  },
  {
    name: "head brings no rows",
    call: (db) => db.from("doctors").select("id", { count: "exact", head: true }),
    sql: answering(COUNTED, {
      total: `(select count(*) from (select 1 from "public"."doctors") as counted)::text`,
      body: "null::text",
    }),
    data: null,
    count: 4,
  },
  {
    name: "estimated counts up to the bound exactly",
    call: (db) => db.from("doctors").select("id", { count: "estimated", head: true }),
    sql: answering(COUNTED, {
      total: `(select count(*) from (select 1 from "public"."doctors" limit 1001) as counted)::text`,
      body: "null::text",
    }),
    data: null,
    count: 4,
  },
  {
    name: "an inner embed counts by EXISTS: a join would multiply rows",
    call: (db) =>
      db
        .from("doctors")
        .select("id, patients!inner(id)", { count: "exact", head: true })
        .gt("patients.age", 30),
    sql: answering(
      `select "public"."doctors"."id", coalesce("doctors_patients_1"."doctors_patients_1", '[]') as "patients"
       from "public"."doctors"
       inner join lateral (
         select json_agg("doctors_patients_1") as "doctors_patients_1" from (
           select "patients_1"."id" from "public"."patients" as "patients_1"
           where "patients_1"."age" > $2 and "patients_1"."doctor_id" = "public"."doctors"."id"
         ) as "doctors_patients_1"
       ) as "doctors_patients_1" on "doctors_patients_1" is not null`,
      {
        total: `(select count(*) from (
          select 1 from "public"."doctors" where exists (
            select 1 from "public"."patients" as "patients_1"
            where "patients_1"."age" > $1 and "patients_1"."doctor_id" = "public"."doctors"."id"
          )) as counted)::text`,
        body: "null::text",
      },
    ),
    params: ["30", "30"],
    data: null,
    count: 1,
  },
];

describe("counts", () => {
  test.each(COUNTS)("$name", (each) => expectCase(bench, each));

  test("planned asks EXPLAIN for the planner's guess, in a statement of its own", async () => {
    await bench.script("analyze doctors");
    bench.log.take();
    const { count, data } = await bench.supabase
      .from("doctors")
      .select("id", { count: "planned" })
      .gt("grade", 0);
    const [rows, ...around] = bench.log.take().map(({ text }) => text);
    expect(rows).toContain(`null::text as "total"`);
    expect(around).toEqual([
      "begin isolation level read committed read only",
      `explain (format json) select 1 from "public"."doctors" where "public"."doctors"."grade" > $1`,
      "commit",
    ]);
    expect(data).toHaveLength(3);
    expect(count).toBe(3);
  });

  test("past the bound estimated is the planner's guess, and never less than what was counted", async () => {
    const guessed = await bench.supabase.from("many").select("n", { count: "estimated", head: true });
    expect(guessed.count).toBe(1500);
    await bench.script("delete from many where n > 1100");
    const { count } = await bench.supabase.from("many").select("n", { count: "estimated", head: true });
    expect(count).toBeGreaterThanOrEqual(1001);
    bench.log.take();
  });
});

test("one row that is not one, and an offset past the end, are PostgREST's errors", async () => {
  const two = await bench.run((db) => db.from("rooms").select().single());
  expect(two).toMatchObject({
    status: 406,
    error: {
      code: "PGRST116",
      message: "Cannot coerce the result to a single JSON object",
      details: "The result contains 2 rows",
      hint: null,
    },
  });
  const past = await bench.run((db) => db.from("rooms").select("id", { count: "exact" }).range(5, 9));
  expect(past).toMatchObject({
    status: 416,
    error: {
      code: "PGRST103",
      message: "Requested range not satisfiable",
      details: "An offset of 5 was requested, but there are only 2 rows.",
    },
  });
  const uncounted = await bench.run((db) => db.from("rooms").select("id").range(5, 9));
  expect(uncounted).toMatchObject({ status: 200, data: [] });
});
