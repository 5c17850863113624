import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answering, expectCase, hospitalBench, type HospitalBench, type SqlCase } from "./hospital-bench.ts";

let bench: HospitalBench;

beforeAll(async () => {
  bench = await hospitalBench();
});

afterAll(() => bench.close());

const TO_ONE: readonly SqlCase[] = [
  {
    name: "many to one",
    call: (db) => db.from("doctors").select("id, clinics(name)").order("id"),
    sql: answering(`
      select "public"."doctors"."id", row_to_json("doctors_clinics_1".*) as "clinics"
      from "public"."doctors"
      left join lateral (
        select "clinics_1"."name" from "public"."clinics" as "clinics_1"
        where "clinics_1"."id" = "public"."doctors"."clinic_id"
      ) as "doctors_clinics_1" on true
      order by "public"."doctors"."id" asc`),
    data: [
      { id: 1, clinics: { name: "North" } },
      { id: 2, clinics: { name: "North" } },
      { id: 3, clinics: { name: "South" } },
      { id: 4, clinics: null },
    ],
  },
  {
    name: "one to one",
    call: (db) => db.from("doctors").select("id, badges(code)").lte("id", 3).order("id"),
    sql: answering(`
      select "public"."doctors"."id", row_to_json("doctors_badges_1".*) as "badges"
      from "public"."doctors"
      left join lateral (
        select "badges_1"."code" from "public"."badges" as "badges_1"
        where "badges_1"."doctor_id" = "public"."doctors"."id"
      ) as "doctors_badges_1" on true
      where "public"."doctors"."id" <= $1
      order by "public"."doctors"."id" asc`),
    params: ["3"],
    data: [
      { id: 1, badges: { code: "A1" } },
      { id: 2, badges: { code: "B2" } },
      { id: 3, badges: null },
    ],
  },
  {
    name: "by two columns",
    call: (db) => db.from("handovers").select("note, shift:shifts(doctors(name))").order("id"),
    sql: answering(`
      select "public"."handovers"."note", row_to_json("handovers_shift_1".*) as "shift"
      from "public"."handovers"
      left join lateral (
        select row_to_json("shifts_doctors_2".*) as "doctors"
        from "public"."shifts" as "shifts_1"
        left join lateral (
          select "doctors_2"."name" from "public"."doctors" as "doctors_2"
          where "doctors_2"."id" = "shifts_1"."doctor_id"
        ) as "shifts_doctors_2" on true
        where "shifts_1"."day" = "public"."handovers"."day" and "shifts_1"."slot" = "public"."handovers"."slot"
      ) as "handovers_shift_1" on true
      order by "public"."handovers"."id" asc`),
    data: [
      { note: "all quiet", shift: { doctors: { name: "Ada" } } },
      { note: "no shift", shift: null },
    ],
  },
  {
    name: "from a view",
    call: (db) => db.from("busy_doctors").select("doctor, clinics(name)").order("id"),
    sql: answering(`
      select "public"."busy_doctors"."doctor", row_to_json("busy_doctors_clinics_1".*) as "clinics"
      from "public"."busy_doctors"
      left join lateral (
        select "clinics_1"."name" from "public"."clinics" as "clinics_1"
        where "clinics_1"."id" = "public"."busy_doctors"."clinic_id"
      ) as "busy_doctors_clinics_1" on true
      order by "public"."busy_doctors"."id" asc`),
    data: [
      { doctor: "Ada", clinics: { name: "North" } },
      { doctor: `D. "O'Neil", MD`, clinics: null },
    ],
  },
  {
    name: "a function of the row",
    call: (db) => db.from("clinics").select("name, chief(name)").order("id"),
    sql: answering(`
      select "public"."clinics"."name", row_to_json("clinics_chief_1".*) as "chief"
      from "public"."clinics"
      left join lateral (
        select "doctors_1"."name" from "public"."chief"("clinics"::"public"."clinics") as "doctors_1"
      ) as "clinics_chief_1" on true
      order by "public"."clinics"."id" asc`),
    data: [
      { name: "North", chief: { name: "Ada" } },
      { name: "South", chief: { name: "Cleo" } },
    ],
  },
];

describe("one row", () => {
  test.each(TO_ONE)("$name", (each) => expectCase(bench, each));
});

const TO_MANY: readonly SqlCase[] = [
  {
    name: "one to many, with its own filter, order and limit",
    call: (db) =>
      db
        .from("clinics")
        .select("name, doctors(name)")
        .gt("doctors.grade", 1)
        .order("name", { referencedTable: "doctors", ascending: false })
        .limit(1, { referencedTable: "doctors" })
        .order("id"),
    sql: answering(`
      select "public"."clinics"."name", coalesce("clinics_doctors_1"."clinics_doctors_1", '[]') as "doctors"
      from "public"."clinics"
      left join lateral (
        select json_agg("clinics_doctors_1") as "clinics_doctors_1" from (
          select "doctors_1"."name" from "public"."doctors" as "doctors_1"
          where "doctors_1"."grade" > $1 and "doctors_1"."clinic_id" = "public"."clinics"."id"
          order by "doctors_1"."name" desc limit 1
        ) as "clinics_doctors_1"
      ) as "clinics_doctors_1" on true
      order by "public"."clinics"."id" asc`),
    params: ["1"],
    data: [
      { name: "North", doctors: [{ name: "Ben" }] },
      { name: "South", doctors: [] },
    ],
  },
  {
    name: "many to many, through the junction",
    call: (db) =>
      db.from("rooms").select("name, doctors(name)").order("id").order("id", { referencedTable: "doctors" }),
    sql: answering(`
      select "public"."rooms"."name", coalesce("rooms_doctors_1"."rooms_doctors_1", '[]') as "doctors"
      from "public"."rooms"
      left join lateral (
        select json_agg("rooms_doctors_1") as "rooms_doctors_1" from (
          select "doctors_1"."name"
          from "public"."doctors" as "doctors_1"
          cross join "public"."doctor_rooms" as "doctor_rooms_1_via"
          where "doctor_rooms_1_via"."doctor_id" = "doctors_1"."id"
            and "doctor_rooms_1_via"."room_id" = "public"."rooms"."id"
          order by "doctors_1"."id" asc
        ) as "rooms_doctors_1"
      ) as "rooms_doctors_1" on true
      order by "public"."rooms"."id" asc`),
    data: [
      { name: "Red", doctors: [{ name: "Ada" }, { name: "Ben" }] },
      { name: "Blue", doctors: [{ name: "Ada" }] },
    ],
  },
  {
    name: "both directions of a key to the table itself",
    call: (db) =>
      db
        .from("doctors")
        .select("name, mentor:mentor_id(name), pupils:doctors(name)")
        .in("id", [1, 2])
        .order("id")
        .order("id", { referencedTable: "pupils" }),
    sql: answering(`
      select "public"."doctors"."name", row_to_json("doctors_mentor_1".*) as "mentor",
        coalesce("doctors_pupils_1"."doctors_pupils_1", '[]') as "pupils"
      from "public"."doctors"
      left join lateral (
        select "doctors_1"."name" from "public"."doctors" as "doctors_1"
        where "doctors_1"."id" = "public"."doctors"."mentor_id"
      ) as "doctors_mentor_1" on true
      left join lateral (
        select json_agg("doctors_pupils_1") as "doctors_pupils_1" from (
          select "doctors_1"."name" from "public"."doctors" as "doctors_1"
          where "doctors_1"."mentor_id" = "public"."doctors"."id"
          order by "doctors_1"."id" asc
        ) as "doctors_pupils_1"
      ) as "doctors_pupils_1" on true
      where "public"."doctors"."id" = any($1)
      order by "public"."doctors"."id" asc`),
    params: [`{1,2}`],
    data: [
      { name: "Ada", mentor: null, pupils: [{ name: "Ben" }, { name: "Cleo" }] },
      { name: "Ben", mentor: { name: "Ada" }, pupils: [] },
    ],
  },
  {
    name: "nested, each level with its own part of the request",
    call: (db) =>
      db
        .from("clinics")
        .select("name, doctors(name, patients(name))")
        .eq("id", 1)
        .order("id", { referencedTable: "doctors" })
        .order("name", { referencedTable: "doctors.patients", ascending: false })
        .range(0, 0, { referencedTable: "doctors.patients" }),
    sql: answering(`
      select "public"."clinics"."name", coalesce("clinics_doctors_1"."clinics_doctors_1", '[]') as "doctors"
      from "public"."clinics"
      left join lateral (
        select json_agg("clinics_doctors_1") as "clinics_doctors_1" from (
          select "doctors_1"."name", coalesce("doctors_patients_2"."doctors_patients_2", '[]') as "patients"
          from "public"."doctors" as "doctors_1"
          left join lateral (
            select json_agg("doctors_patients_2") as "doctors_patients_2" from (
              select "patients_2"."name" from "public"."patients" as "patients_2"
              where "patients_2"."doctor_id" = "doctors_1"."id"
              order by "patients_2"."name" desc limit 1
            ) as "doctors_patients_2"
          ) as "doctors_patients_2" on true
          where "doctors_1"."clinic_id" = "public"."clinics"."id"
          order by "doctors_1"."id" asc
        ) as "clinics_doctors_1"
      ) as "clinics_doctors_1" on true
      where "public"."clinics"."id" = $1`),
    params: ["1"],
    data: [
      {
        name: "North",
        doctors: [
          { name: "Ada", patients: [{ name: "Quin" }] },
          { name: "Ben", patients: [{ name: "Ria" }] },
        ],
      },
    ],
  },
  {
    name: "a function of the row that gives several",
    call: (db) => db.from("clinics").select("name, staff(name)").eq("id", 2),
    sql: answering(`
      select "public"."clinics"."name", coalesce("clinics_staff_1"."clinics_staff_1", '[]') as "staff"
      from "public"."clinics"
      left join lateral (
        select json_agg("clinics_staff_1") as "clinics_staff_1" from (
          select "doctors_1"."name" from "public"."staff"("clinics"::"public"."clinics") as "doctors_1"
        ) as "clinics_staff_1"
      ) as "clinics_staff_1" on true
      where "public"."clinics"."id" = $1`),
    params: ["2"],
    data: [{ name: "South", staff: [{ name: "Cleo" }] }],
  },
];

describe("several rows", () => {
  test.each(TO_MANY)("$name", (each) => expectCase(bench, each));
});

const PRESENCE: readonly SqlCase[] = [
  {
    name: "an inner embed of one row joins",
    call: (db) => db.from("doctors").select("id, clinics!inner(name)").eq("clinics.name", "South"),
    sql: answering(`
      select "public"."doctors"."id", row_to_json("doctors_clinics_1".*) as "clinics"
      from "public"."doctors"
      inner join lateral (
        select "clinics_1"."name" from "public"."clinics" as "clinics_1"
        where "clinics_1"."name" = $1 and "clinics_1"."id" = "public"."doctors"."clinic_id"
      ) as "doctors_clinics_1" on true`),
    params: ["South"],
    data: [{ id: 3, clinics: { name: "South" } }],
  },
  {
    name: "an inner embed of several rows leaves out those without one",
    call: (db) => db.from("doctors").select("id, patients!inner(name)").lt("patients.age", 35),
    sql: answering(`
      select "public"."doctors"."id", coalesce("doctors_patients_1"."doctors_patients_1", '[]') as "patients"
      from "public"."doctors"
      inner join lateral (
        select json_agg("doctors_patients_1") as "doctors_patients_1" from (
          select "patients_1"."name" from "public"."patients" as "patients_1"
          where "patients_1"."age" < $1 and "patients_1"."doctor_id" = "public"."doctors"."id"
        ) as "doctors_patients_1"
      ) as "doctors_patients_1" on "doctors_patients_1" is not null`),
    params: ["35"],
    data: [{ id: 1, patients: [{ name: "Pia" }] }],
  },
  {
    name: "an anti-join: no embedded row, and nothing of it shown",
    call: (db) => db.from("doctors").select("id, patients()").is("patients", null).order("id"),
    sql: answering(`
      select "public"."doctors"."id"
      from "public"."doctors"
      left join lateral (
        select json_agg("doctors_patients_1") as "doctors_patients_1" from (
          select true as "offramp_present" from "public"."patients" as "patients_1"
          where "patients_1"."doctor_id" = "public"."doctors"."id"
        ) as "doctors_patients_1"
      ) as "doctors_patients_1" on true
      where "doctors_patients_1" is not distinct from null
      order by "public"."doctors"."id" asc`),
    data: [{ id: 3 }, { id: 4 }],
  },
  {
    name: "either of two embeds is there",
    call: (db) =>
      db
        .from("doctors")
        .select("id, badges(), pupils:doctors()")
        .or("badges.not.is.null,pupils.not.is.null")
        .order("id"),
    sql: answering(`
      select "public"."doctors"."id"
      from "public"."doctors"
      left join lateral (
        select true as "offramp_present" from "public"."badges" as "badges_1"
        where "badges_1"."doctor_id" = "public"."doctors"."id"
      ) as "doctors_badges_1" on true
      left join lateral (
        select json_agg("doctors_pupils_1") as "doctors_pupils_1" from (
          select true as "offramp_present" from "public"."doctors" as "doctors_1"
          where "doctors_1"."mentor_id" = "public"."doctors"."id"
        ) as "doctors_pupils_1"
      ) as "doctors_pupils_1" on true
      where ("doctors_badges_1" is distinct from null or "doctors_pupils_1" is distinct from null)
      order by "public"."doctors"."id" asc`),
    data: [{ id: 1 }, { id: 2 }],
  },
  {
    name: "the parent ordered by a column of the embed",
    call: (db) =>
      db
        .from("doctors")
        .select("id, clinics(name)")
        .not("clinic_id", "is", null)
        .order("clinics(name)", { ascending: false })
        .order("id"),
    sql: answering(`
      select "public"."doctors"."id", row_to_json("doctors_clinics_1".*) as "clinics"
      from "public"."doctors"
      left join lateral (
        select "clinics_1"."name" from "public"."clinics" as "clinics_1"
        where "clinics_1"."id" = "public"."doctors"."clinic_id"
      ) as "doctors_clinics_1" on true
      where not ("public"."doctors"."clinic_id" is null)
      order by "doctors_clinics_1"."name" desc, "public"."doctors"."id" asc`),
    data: [
      { id: 3, clinics: { name: "South" } },
      { id: 1, clinics: { name: "North" } },
      { id: 2, clinics: { name: "North" } },
    ],
  },
];

describe("presence", () => {
  test.each(PRESENCE)("$name", (each) => expectCase(bench, each));
});

test("two aliases of one relation stand side by side; without, it is PostgreSQL's own error", async () => {
  const aliased = await bench.run((db) =>
    db
      .from("doctors")
      .select("name, old:patients(name), young:patients(name)")
      .eq("id", 1)
      .gt("old.age", 35)
      .lt("young.age", 35),
  );
  expect(aliased.data).toEqual([{ name: "Ada", old: [{ name: "Quin" }], young: [{ name: "Pia" }] }]);
  const plain = await bench.run((db) => db.from("doctors").select("clinics(name), clinics(id)"));
  expect(plain.error).toMatchObject({ code: "42712" });
});

test("joins whose names would be equal in their first 63 bytes stay apart", async () => {
  const long = "é".repeat(27);
  const { data, error } = await bench.run((db) =>
    db.from("doctors").select(`${long}a:patients(name), ${long}b:clinics(name)`).eq("id", 2),
  );
  expect(error).toBeNull();
  expect(data).toEqual([{ [`${long}a`]: [{ name: "Ria" }], [`${long}b`]: { name: "North" } }]);
});
