import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  calling,
  callingForValue,
  expectCase,
  hospitalBench,
  type HospitalBench,
  type SqlCase,
} from "./hospital-bench.ts";

const MORE = `
  create function nothing() returns int immutable language sql as $$ select null::int $$;
  create function rooms(at_least int) returns int stable language sql as $$ select count(*)::int from rooms where id >= at_least $$;
  create type point2 as (x int, y int);
  create function origin() returns point2 immutable language sql as $$ select 0, 0 $$;
  create function halves(n int, out low int, out high int) immutable language sql as $$ select n / 2, n - n / 2 $$;
  create function padded(c char) returns text immutable language sql as $$ select '[' || c || ']' $$;`;

let bench: HospitalBench;

beforeAll(async () => {
  bench = await hospitalBench(MORE);
});

afterAll(() => bench.close());

const ONE_VALUE = { body: `coalesce(json_agg("offramp_rows"."pgrst_scalar")->0, 'null')::text` };
const VALUES = { body: `coalesce(json_agg("offramp_rows"."pgrst_scalar"), '[]')::text` };
const ONE_ROW = { body: `coalesce(json_agg("offramp_rows")->0, 'null')::text` };

const SCALARS: readonly SqlCase[] = [
  {
    name: "one value: each argument is its own parameter",
    call: (db) => db.rpc("add", { a: 1, b: 2 }),
    sql: callingForValue(`"public"."add"("a" := $1::text::integer, "b" := $2::text::integer)`),
    params: ["1", "2"],
    data: 3,
  },
  {
    name: "read with GET",
    call: (db) => db.rpc("add", { a: 1, b: 2 }, { get: true }),
    sql: callingForValue(`"public"."add"("a" := $1::text::integer, "b" := $2::text::integer)`),
    params: ["1", "2"],
    data: 3,
  },
  {
    name: "null",
    call: (db) => db.rpc("nothing"),
    sql: callingForValue(`"public"."nothing"()`),
    data: null,
  },
  {
    name: "a function called like a table",
    call: (db) => db.rpc("rooms", { at_least: 15 }),
    sql: callingForValue(`"public"."rooms"("at_least" := $1::text::integer)`),
    params: ["15"],
    data: 1,
  },
  {
    name: "several values, counted and limited",
    call: (db) => db.rpc("numbers", { upto: 3 }, { count: "exact" }).limit(2),
    sql: calling(
      `select "pgrst_call"."pgrst_scalar" from (select "public"."numbers"("upto" := $1::text::integer) as "pgrst_scalar") as "pgrst_call"`,
      `select "numbers".* from "pgrst_source" as "numbers" limit 2`,
      {
        ...VALUES,
        total: `(select count(*) from (select 1 from "pgrst_source" as "numbers") as counted)::text`,
      },
    ),
    params: ["3"],
    data: [1, 2],
    count: 3,
    status: 206,
  },
  {
    name: "one unnamed parameter takes the whole body",
    call: (db) => db.rpc("echo", { any: ["thing"] }),
    sql: callingForValue(`"public"."echo"($1::text::json)`),
    params: [`{"any":["thing"]}`],
    data: { any: ["thing"] },
  },
  {
    name: "variadic",
    call: (db) => db.rpc("total", { amounts: [1, 2, 3] }),
    sql: calling(
      `select "pgrst_call"."pgrst_scalar" from
         (select "amounts" from json_to_record($1::text::json) as _("amounts" integer[]) limit 1) as "pgrst_body",
         lateral (select "public"."total"(variadic "amounts" := "pgrst_body"."amounts") as "pgrst_scalar") as "pgrst_call"`,
      `select "total".* from "pgrst_source" as "total"`,
      ONE_VALUE,
    ),
    params: [`{"amounts":[1,2,3]}`],
    data: 6,
  },
  {
    name: "a character parameter is not cut before the function has it",
    call: (db) => db.rpc("padded", { c: "long" }),
    sql: callingForValue(`"public"."padded"("c" := $1::text::character varying)`),
    params: ["long"],
    data: "[long]",
  },
  {
    name: "nothing",
    call: (db) => db.rpc("forget", { patient: "Nobody" }),
    sql: callingForValue(`"public"."forget"("patient" := $1::text::text)`, {
      body: `"pgrst_call".value::text`,
      readOnly: false,
    }),
    params: ["Nobody"],
    data: null,
    status: 204,
  },
];

describe("functions that return values", () => {
  test.each(SCALARS)("$name", (each) => expectCase(bench, each));
});

const ROWS: readonly SqlCase[] = [
  {
    name: "rows of a table embed, filter and order like the table, and only what is needed comes out of the function",
    call: (db) =>
      db
        .rpc("doctors_of", { clinic: 1 })
        .select("name, patients(name)")
        .gt("grade", 2)
        .order("name")
        .order("name", { referencedTable: "patients" }),
    sql: calling(
      `select "pgrst_call"."name", "pgrst_call"."id", "pgrst_call"."grade" from
         "public"."doctors_of"("clinic" := $1::text::integer) as "pgrst_call"`,
      `select "doctors"."name", coalesce("doctors_patients_1"."doctors_patients_1", '[]') as "patients"
       from "pgrst_source" as "doctors"
       left join lateral (
         select json_agg("doctors_patients_1") as "doctors_patients_1" from (
           select "patients_1"."name" from "public"."patients" as "patients_1"
           where "patients_1"."doctor_id" = "doctors"."id"
           order by "patients_1"."name" asc
         ) as "doctors_patients_1"
       ) as "doctors_patients_1" on true
       where "doctors"."grade" > $2
       order by "doctors"."name" asc`,
    ),
    params: ["1", "2"],
    data: [{ name: "Ada", patients: [{ name: "Pia" }, { name: "Quin" }] }],
  },
  {
    name: "RETURNS TABLE",
    call: (db) => db.rpc("ages", { over: 35 }).order("years", { ascending: false }),
    sql: calling(
      `select "pgrst_call".* from
         "public"."ages"("over" := $1::text::integer) as "pgrst_call"`,
      `select "record".* from "pgrst_source" as "record" order by "record"."years" desc`,
    ),
    params: ["35"],
    data: [
      { patient: "Sam", years: 50 },
      { patient: "Quin", years: 40 },
    ],
  },
  {
    name: "OUT parameters are one row",
    call: (db) => db.rpc("halves", { n: 5 }).select("high"),
    sql: calling(
      `select "pgrst_call"."high" from
         "public"."halves"("n" := $1::text::integer) as "pgrst_call"`,
      `select "record"."high" from "pgrst_source" as "record"`,
      ONE_ROW,
    ),
    params: ["5"],
    data: { high: 3 },
  },
  {
    name: "a composite type",
    call: (db) => db.rpc("origin"),
    sql: calling(
      `select "pgrst_call".* from "public"."origin"() as "pgrst_call"`,
      `select "point2".* from "pgrst_source" as "point2"`,
      ONE_ROW,
    ),
    data: { x: 0, y: 0 },
  },
  {
    name: "a volatile function writes, and an argument that is not given has its default",
    call: (db) => db.rpc("hire", { id: 9, name: "Zed" }).select("name, grade"),
    sql: calling(
      `select "pgrst_call"."name", "pgrst_call"."grade" from
         "public"."hire"("id" := $1::text::integer, "name" := $2::text::text) as "pgrst_call"`,
      `select "doctors"."name", "doctors"."grade" from "pgrst_source" as "doctors"`,
      ONE_ROW,
    ),
    params: ["9", "Zed"],
    data: { name: "Zed", grade: 1 },
  },
  {
    name: "head counts",
    call: (db) => db.rpc("doctors_of", { clinic: 1 }, { head: true, count: "exact" }),
    sql: calling(
      `select "pgrst_call".* from "public"."doctors_of"("clinic" := $1::text::integer) as "pgrst_call"`,
      `select "doctors".* from "pgrst_source" as "doctors"`,
      {
        body: "null::text",
        total: `(select count(*) from (select 1 from "pgrst_source" as "doctors") as counted)::text`,
      },
    ),
    params: ["1"],
    data: null,
    count: 2,
  },
];

describe("functions that return rows", () => {
  test.each(ROWS)("$name", (each) => expectCase(bench, each));
});

test("a function that is not there, or not with these arguments, is refused before anything is sent", async () => {
  bench.log.take();
  const typo = await bench.supabase.rpc("doctor_of", { clinic: 1 });
  expect(typo).toMatchObject({
    status: 404,
    error: {
      code: "PGRST202",
      message: "Could not find the function public.doctor_of(clinic) in the schema cache",
      hint: "Perhaps you meant to call the function public.doctors_of",
    },
  });
  const missing = await bench.supabase.rpc("add", { a: 1 });
  expect(missing.error).toMatchObject({
    code: "PGRST202",
    details: expect.stringContaining("with parameter a"),
    hint: "Perhaps you meant to call the function public.add(a, b)",
  });
  expect(bench.log.take().filter(({ text }) => /doctor_of|add/.test(text))).toEqual([]);
});
