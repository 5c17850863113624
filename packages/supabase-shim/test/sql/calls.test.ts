import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { calling, expectCase, hospitalBench, type HospitalBench, type SqlCase } from "./hospital-bench.ts";

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
    name: "one value: the arguments are one JSON parameter",
    call: (db) => db.rpc("add", { a: 1, b: 2 }),
    sql: calling(
      `select "pgrst_call"."pgrst_scalar" from
         (select "a", "b" from json_to_record($1::text::json) as _("a" integer, "b" integer) limit 1) as "pgrst_body",
         lateral (
           select "public"."add"("a" := "pgrst_body"."a", "b" := "pgrst_body"."b") as "pgrst_scalar"
         ) as "pgrst_call"`,
      `select "add".* from "pgrst_source" as "add"`,
      ONE_VALUE,
    ),
    params: [`{"a":1,"b":2}`],
    data: 3,
  },
  {
    name: "read with GET: each argument is its own parameter",
    call: (db) => db.rpc("add", { a: 1, b: 2 }, { get: true }),
    sql: calling(
      `select "pgrst_call"."pgrst_scalar" from (
         select "public"."add"("a" := $1::text::integer, "b" := $2::text::integer) as "pgrst_scalar"
       ) as "pgrst_call"`,
      `select "add".* from "pgrst_source" as "add"`,
      ONE_VALUE,
    ),
    params: ["1", "2"],
    data: 3,
  },
  {
    name: "null",
    call: (db) => db.rpc("nothing"),
    sql: calling(
      `select "pgrst_call"."pgrst_scalar" from (select "public"."nothing"() as "pgrst_scalar") as "pgrst_call"`,
      `select "nothing".* from "pgrst_source" as "nothing"`,
      ONE_VALUE,
    ),
    data: null,
  },
  {
    name: "a function called like a table",
    call: (db) => db.rpc("rooms", { at_least: 15 }),
    sql: calling(
      `select "pgrst_call"."pgrst_scalar" from
         (select "at_least" from json_to_record($1::text::json) as _("at_least" integer) limit 1) as "pgrst_body",
         lateral (select "public"."rooms"("at_least" := "pgrst_body"."at_least") as "pgrst_scalar") as "pgrst_call"`,
      `select "rooms".* from "pgrst_source" as "rooms"`,
      ONE_VALUE,
    ),
    params: [`{"at_least":15}`],
    data: 1,
  },
  {
    name: "several values, counted and limited",
    call: (db) => db.rpc("numbers", { upto: 3 }, { count: "exact" }).limit(2),
    sql: calling(
      `select "pgrst_call"."pgrst_scalar" from
         (select "upto" from json_to_record($1::text::json) as _("upto" integer) limit 1) as "pgrst_body",
         lateral (select "public"."numbers"("upto" := "pgrst_body"."upto") as "pgrst_scalar") as "pgrst_call"`,
      `select "numbers".* from "pgrst_source" as "numbers" limit $2`,
      {
        ...VALUES,
        total: `(select count(*) from (select 1 from "pgrst_source" as "numbers") as counted)::text`,
      },
    ),
    params: [`{"upto":3}`, "2"],
    data: [1, 2],
    count: 3,
    status: 206,
  },
  {
    name: "one unnamed parameter takes the whole body",
    call: (db) => db.rpc("echo", { any: ["thing"] }),
    sql: calling(
      `select "pgrst_call"."pgrst_scalar" from (select "public"."echo"($1::text::json) as "pgrst_scalar") as "pgrst_call"`,
      `select "echo".* from "pgrst_source" as "echo"`,
      ONE_VALUE,
    ),
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
    sql: calling(
      `select "pgrst_call"."pgrst_scalar" from
         (select "c" from json_to_record($1::text::json) as _("c" character varying) limit 1) as "pgrst_body",
         lateral (select "public"."padded"("c" := "pgrst_body"."c") as "pgrst_scalar") as "pgrst_call"`,
      `select "padded".* from "pgrst_source" as "padded"`,
      ONE_VALUE,
    ),
    params: [`{"c":"long"}`],
    data: "[long]",
  },
  {
    name: "nothing",
    call: (db) => db.rpc("forget", { patient: "Nobody" }),
    sql: calling(
      `select "pgrst_call"."pgrst_scalar" from
         (select "patient" from json_to_record($1::text::json) as _("patient" text) limit 1) as "pgrst_body",
         lateral (select "public"."forget"("patient" := "pgrst_body"."patient") as "pgrst_scalar") as "pgrst_call"`,
      `select "forget".* from "pgrst_source" as "forget"`,
      { body: `max("offramp_rows"."pgrst_scalar"::text)` },
    ),
    params: [`{"patient":"Nobody"}`],
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
         (select "clinic" from json_to_record($1::text::json) as _("clinic" integer) limit 1) as "pgrst_body",
         lateral "public"."doctors_of"("clinic" := "pgrst_body"."clinic") as "pgrst_call"`,
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
    params: [`{"clinic":1}`, "2"],
    data: [{ name: "Ada", patients: [{ name: "Pia" }, { name: "Quin" }] }],
  },
  {
    name: "RETURNS TABLE",
    call: (db) => db.rpc("ages", { over: 35 }).order("years", { ascending: false }),
    sql: calling(
      `select "pgrst_call".* from
         (select "over" from json_to_record($1::text::json) as _("over" integer) limit 1) as "pgrst_body",
         lateral "public"."ages"("over" := "pgrst_body"."over") as "pgrst_call"`,
      `select "record".* from "pgrst_source" as "record" order by "record"."years" desc`,
    ),
    params: [`{"over":35}`],
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
         (select "n" from json_to_record($1::text::json) as _("n" integer) limit 1) as "pgrst_body",
         lateral "public"."halves"("n" := "pgrst_body"."n") as "pgrst_call"`,
      `select "record"."high" from "pgrst_source" as "record"`,
      ONE_ROW,
    ),
    params: [`{"n":5}`],
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
         (select "id", "name" from json_to_record($1::text::json) as _("id" integer, "name" text) limit 1) as "pgrst_body",
         lateral "public"."hire"("id" := "pgrst_body"."id", "name" := "pgrst_body"."name") as "pgrst_call"`,
      `select "doctors"."name", "doctors"."grade" from "pgrst_source" as "doctors"`,
      ONE_ROW,
    ),
    params: [`{"id":9,"name":"Zed"}`],
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
