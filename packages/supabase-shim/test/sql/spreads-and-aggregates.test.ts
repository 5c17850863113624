import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient } from "../../src/index.ts";
import { answering, expectCase, hospitalBench, type HospitalBench, type SqlCase } from "./hospital-bench.ts";

/** Columns named like JSON keys and aliases of other columns. */
const RESULTS = `
  create table results (id int primary key, kind text, data jsonb);
  insert into results values
    (1, 'blood', '{"id": "a", "n": 1}'), (2, 'blood', '{"id": "a", "n": 2}'), (3, 'urine', '{"id": "b", "n": 3}');`;

let bench: HospitalBench;

beforeAll(async () => {
  bench = await hospitalBench(RESULTS);
});

afterAll(() => bench.close());

const SPREADS: readonly SqlCase[] = [
  {
    name: "the columns of one row become the parent's",
    call: (db) => db.from("doctors").select("id, ...clinics(clinic:name)").in("id", [1, 4]).order("id"),
    sql: answering(`
      select "public"."doctors"."id", "doctors_clinics_1"."clinic"
      from "public"."doctors"
      left join lateral (
        select "clinics_1"."name" as "clinic" from "public"."clinics" as "clinics_1"
        where "clinics_1"."id" = "public"."doctors"."clinic_id"
      ) as "doctors_clinics_1" on true
      where "public"."doctors"."id" = any($1)
      order by "public"."doctors"."id" asc`),
    params: [`{1,4}`],
    data: [
      { id: 1, clinic: "North" },
      { id: 4, clinic: null },
    ],
  },
  {
    name: "the columns of several rows become arrays, in the order asked for",
    call: (db) =>
      db
        .from("clinics")
        .select("name, ...doctors(doctors:name, grade)")
        .order("id")
        .order("grade", { referencedTable: "doctors", ascending: false, nullsFirst: false }),
    sql: answering(`
      select "public"."clinics"."name", "clinics_doctors_1"."doctors", "clinics_doctors_1"."grade"
      from "public"."clinics"
      left join lateral (
        select json_agg("clinics_doctors_1") as "clinics_doctors_1",
          coalesce(json_agg("clinics_doctors_1"."doctors"
            order by "clinics_doctors_1"."clinics_doctors_1_grade_1" desc nulls last), '[]') as "doctors",
          coalesce(json_agg("clinics_doctors_1"."grade"
            order by "clinics_doctors_1"."clinics_doctors_1_grade_1" desc nulls last), '[]') as "grade"
        from (
          select "doctors_1"."name" as "doctors", "doctors_1"."grade",
            "doctors_1"."grade" as "clinics_doctors_1_grade_1"
          from "public"."doctors" as "doctors_1"
          where "doctors_1"."clinic_id" = "public"."clinics"."id"
          order by "doctors_1"."grade" desc nulls last
        ) as "clinics_doctors_1"
      ) as "clinics_doctors_1" on true
      order by "public"."clinics"."id" asc`),
    data: [
      { name: "North", doctors: ["Ada", "Ben"], grade: [3, 2] },
      { name: "South", doctors: ["Cleo"], grade: [null] },
    ],
  },
  {
    name: "a spread in a spread hands its columns on",
    call: (db) =>
      db.from("patients").select("name, ...doctors(doctor:name, ...clinics(clinic:name))").eq("id", 3),
    sql: answering(`
      select "public"."patients"."name", "patients_doctors_1"."doctor", "patients_doctors_1"."clinic"
      from "public"."patients"
      left join lateral (
        select "doctors_1"."name" as "doctor", "doctors_clinics_2"."clinic"
        from "public"."doctors" as "doctors_1"
        left join lateral (
          select "clinics_2"."name" as "clinic" from "public"."clinics" as "clinics_2"
          where "clinics_2"."id" = "doctors_1"."clinic_id"
        ) as "doctors_clinics_2" on true
        where "doctors_1"."id" = "public"."patients"."doctor_id"
      ) as "patients_doctors_1" on true
      where "public"."patients"."id" = $1`),
    params: ["3"],
    data: [{ name: "Ria", doctor: "Ben", clinic: "North" }],
  },
];

describe("spreads", () => {
  test.each(SPREADS)("$name", (each) => expectCase(bench, each));

  test("aggregates in a spread of several rows are refused before anything is sent", async () => {
    bench.log.take();
    const { error } = await bench.supabase.from("clinics").select("...doctors(grade.sum())");
    expect(error).toMatchObject({ code: "PGRST127" });
    expect(bench.log.take()).toEqual([]);
  });
});

const AGGREGATES: readonly SqlCase[] = [
  {
    name: "of the whole table",
    call: (db) => db.from("doctors").select("count(), grade.sum(), top:grade.max(), grade.avg()::int"),
    sql: answering(`
      select count(*), sum("public"."doctors"."grade"), max("public"."doctors"."grade") as "top",
        cast(avg("public"."doctors"."grade") as int)
      from "public"."doctors"`),
    data: [{ count: 4, sum: 6, top: 3, avg: 2 }],
  },
  {
    name: "grouped by what is selected beside them",
    call: (db) => db.from("doctors").select("clinic_id, count()").order("clinic_id"),
    sql: answering(`
      select "public"."doctors"."clinic_id", count(*)
      from "public"."doctors"
      group by "public"."doctors"."clinic_id"
      order by "public"."doctors"."clinic_id" asc`),
    data: [
      { clinic_id: 1, count: 2 },
      { clinic_id: 2, count: 1 },
      { clinic_id: null, count: 1 },
    ],
  },
  {
    // "doctors"."count" is count(doctors) to PostgreSQL.
    name: "grouped by an embed, and ordered by the number of rows",
    call: (db) =>
      db.from("doctors").select("clinics(name), count()").not("clinic_id", "is", null).order("count"),
    sql: answering(`
      select count(*), row_to_json("doctors_clinics_1".*)::jsonb as "clinics"
      from "public"."doctors"
      left join lateral (
        select "clinics_1"."name" from "public"."clinics" as "clinics_1"
        where "clinics_1"."id" = "public"."doctors"."clinic_id"
      ) as "doctors_clinics_1" on true
      where not ("public"."doctors"."clinic_id" is null)
      group by 2 order by "public"."doctors"."count" asc`),
    data: [
      { count: 1, clinics: { name: "South" } },
      { count: 2, clinics: { name: "North" } },
    ],
  },
  {
    name: "in a spread of one row move up to the parent",
    call: (db) =>
      db.from("patients").select("...doctors(doctor:name), age.avg()").not("doctor_id", "is", null),
    sql: answering(`
      select avg("public"."patients"."age"), "patients_doctors_1"."doctor"
      from "public"."patients"
      left join lateral (
        select "doctors_1"."name" as "doctor" from "public"."doctors" as "doctors_1"
        where "doctors_1"."id" = "public"."patients"."doctor_id"
      ) as "patients_doctors_1" on true
      where not ("public"."patients"."doctor_id" is null)
      group by "patients_doctors_1"."doctor"`),
    data: [
      { avg: 35, doctor: "Ada" },
      { avg: null, doctor: "Ben" },
    ],
  },
  {
    name: "inside an embed",
    call: (db) => db.from("clinics").select("name, doctors(count())").order("id"),
    sql: answering(`
      select "public"."clinics"."name", coalesce("clinics_doctors_1"."clinics_doctors_1", '[]') as "doctors"
      from "public"."clinics"
      left join lateral (
        select json_agg("clinics_doctors_1") as "clinics_doctors_1" from (
          select count(*) from "public"."doctors" as "doctors_1"
          where "doctors_1"."clinic_id" = "public"."clinics"."id"
        ) as "clinics_doctors_1"
      ) as "clinics_doctors_1" on true
      order by "public"."clinics"."id" asc`),
    data: [
      { name: "North", doctors: [{ count: 2 }] },
      { name: "South", doctors: [{ count: 1 }] },
    ],
  },
];

describe("aggregates", () => {
  test.each(AGGREGATES)("$name", (each) => expectCase(bench, each));

  // PostgreSQL reads a name in GROUP BY as the table's own column first, so an alias that is one would mislead it.
  const MISLEADING: readonly SqlCase[] = [
    {
      name: "a JSON path whose last key is a column's name",
      call: (db) =>
        db.from("results").select("data->>id, count(), data->>n.max()").order("count", { ascending: false }),
      sql: answering(`
        select "public"."results"."data"->>$1 as "id", count(*), max("public"."results"."data"->>$2)
        from "public"."results" group by 1 order by "public"."results"."count" desc`),
      params: ["id", "n"],
      data: [
        { id: "a", count: 2, max: "2" },
        { id: "b", count: 1, max: "3" },
      ],
    },
    {
      name: "an alias that is another column's name",
      call: (db) => db.from("results").select("id:kind, count()").order("kind"),
      sql: answering(`
        select "public"."results"."kind" as "id", count(*) from "public"."results"
        group by 1 order by "public"."results"."kind" asc`),
      data: [
        { id: "blood", count: 2 },
        { id: "urine", count: 1 },
      ],
    },
  ];

  test.each(MISLEADING)("$name groups by what is selected", (each) => expectCase(bench, each));

  test("are refused where the client has them switched off", async () => {
    const without = createClient(bench.log.database, undefined, { aggregates: false });
    await without.from("clinics").select("id");
    bench.log.take();
    const { error, status } = await without.from("doctors").select("count()");
    expect(error).toMatchObject({ code: "PGRST123", message: "Use of aggregate functions is not allowed" });
    expect(status).toBe(400);
    expect(bench.log.take()).toEqual([]);
  });
});
