import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  changing,
  counting,
  expectCase,
  hospitalBench,
  type HospitalBench,
  merging,
  type SqlCase,
} from "./hospital-bench.ts";

let bench: HospitalBench;

beforeAll(async () => {
  bench = await hospitalBench(
    `create table ticks (id int generated always as identity primary key, at int default 7);
     create domain short as varchar(3) check (value <> 'no');
     create table notes (tags text[], body varchar(3), mark short, pause interval day);
     create table watched (body text);
     create function accept() returns trigger language plpgsql as $$ begin
       perform set_config('response.status', '202', true); return new; end $$;
     create trigger accept before insert on watched for each row execute function accept();
     create table sealed (id int primary key, body text);
     insert into sealed values (1, 'old');
     create function hold() returns trigger language plpgsql as $$ begin return null; end $$;
     create trigger hold before update on sealed for each row execute function hold()`,
  );
});

afterAll(() => bench.close());

beforeEach(async () => {
  await bench.script(`
    truncate patients restart identity;
    alter sequence patients_id_seq restart with 100;
    insert into patients (id, name, age, doctor_id) values
      (1, 'Pia', 30, 1), (2, 'Quin', 40, 1), (3, 'Ria', null, 2), (4, 'Sam', 50, null)`);
});

const patients = (): Promise<readonly (string | null)[]> =>
  bench.column("select concat_ws(' ', id, name, age, doctor_id) from patients order by id");

const UNTOUCHED = ["1 Pia 30 1", "2 Quin 40 1", "3 Ria 2", "4 Sam 50"];

/** A mutation, and the patients after it. */
interface MutationCase extends SqlCase {
  readonly after: readonly string[];
}

async function expectMutation(each: MutationCase): Promise<void> {
  await expectCase(bench, each);
  expect(await patients()).toEqual(each.after);
}

const NAMES = `from (select $1::text as "name") as "pgrst_body"`;

const INSERTS: readonly MutationCase[] = [
  {
    name: "an object, and nothing back",
    call: (db) => db.from("patients").insert({ name: "Tom" }),
    sql: `insert into "public"."patients" ("name") select "pgrst_body"."name" ${NAMES}`,
    params: ["Tom"],
    data: null,
    status: 201,
    after: [...UNTOUCHED, "100 Tom 18"],
  },
  {
    name: "a list: keys that a row lacks are null",
    call: (db) =>
      db
        .from("patients")
        .insert([{ name: "Tom", age: 5 }, { name: "Uma" }])
        .select("name, age"),
    sql: changing(
      `insert into "public"."patients" ("name", "age")
       select "pgrst_body"."name", "pgrst_body"."age"
       from (
         select _."name", _."age" from json_to_recordset($1::text::json) as _("name" text, "age" integer)
       ) as "pgrst_body"
       returning "public"."patients"."name", "public"."patients"."age"`,
      `select "patients"."name", "patients"."age" from "pgrst_source" as "patients"`,
    ),
    params: [`[{"name":"Tom","age":5},{"name":"Uma"}]`],
    data: [
      { name: "Tom", age: 5 },
      { name: "Uma", age: null },
    ],
    status: 201,
    after: [...UNTOUCHED, "100 Tom 5", "101 Uma"],
  },
  {
    name: "an object with a list in it is read from its JSON",
    call: (db) => db.from("notes").insert({ tags: ["a"], body: "x" }),
    sql: `insert into "public"."notes" ("tags", "body") select "pgrst_body"."tags", "pgrst_body"."body"
      from (select _."tags", _."body" from json_to_record($1::text::json) as _("tags" text[], "body" character varying(3)))
      as "pgrst_body"`,
    params: [`{"tags":["a"],"body":"x"}`],
    data: null,
    status: 201,
    after: UNTOUCHED,
  },
  {
    name: "a table with a trigger, which may set headers, is asked for them",
    call: (db) => db.from("watched").insert({ body: "x" }),
    sql: changing(
      `insert into "public"."watched" ("body") select "pgrst_body"."body" from (select $1::text as "body") as "pgrst_body"
       returning 1 as "offramp_affected"`,
      undefined,
    ),
    params: ["x"],
    data: null,
    status: 202,
    after: UNTOUCHED,
  },
  {
    name: "with defaultToNull: false they take their default",
    call: (db) =>
      db
        .from("patients")
        .insert([{ name: "Tom", age: 5 }, { name: "Uma" }], { defaultToNull: false, count: "exact" }),
    sql: `insert into "public"."patients" ("name", "age")
       select "pgrst_body"."name", "pgrst_body"."age"
       from (
         select _."name", _."age"
         from (
           select jsonb_build_object('age', 18) || element as row
           from jsonb_array_elements($1::text::jsonb) as element
         ) as given, jsonb_to_record(given.row) as _("name" text, "age" integer)
       ) as "pgrst_body"`,
    params: [`[{"name":"Tom","age":5},{"name":"Uma"}]`],
    data: null,
    count: 2,
    status: 201,
    after: [...UNTOUCHED, "100 Tom 5", "101 Uma 18"],
  },
  {
    name: "with rows of another table beside the new one",
    call: (db) =>
      db.from("patients").insert({ name: "Tom", doctor_id: 2 }).select("name, doctors(name)").single(),
    sql: changing(
      `insert into "public"."patients" ("name", "doctor_id")
       select "pgrst_body"."name", "pgrst_body"."doctor_id"
       from (select $1::text as "name", $2::integer as "doctor_id") as "pgrst_body"
       returning "public"."patients"."name", "public"."patients"."doctor_id"`,
      `select "patients"."name", row_to_json("patients_doctors_1".*) as "doctors"
       from "pgrst_source" as "patients"
       left join lateral (
         select "doctors_1"."name" from "public"."doctors" as "doctors_1"
         where "doctors_1"."id" = "patients"."doctor_id"
       ) as "patients_doctors_1" on true`,
      { body: `coalesce(json_agg("offramp_rows")->0, 'null')::text` },
    ),
    params: ["Tom", "2"],
    data: { name: "Tom", doctors: { name: "Ben" } },
    status: 201,
    after: [...UNTOUCHED, "100 Tom 18 2"],
  },
];

describe("insert", () => {
  test.each(INSERTS)("$name", expectMutation);

  test.each([
    {
      values: {},
      rows: "(values (1)) as _",
      params: [],
      data: [{ id: 1, at: 7 }],
    },
    {
      values: [{}, {}],
      rows: "json_array_elements($1::text::json) as _",
      params: ["[{},{}]"],
      data: [
        { id: 2, at: 7 },
        { id: 3, at: 7 },
      ],
    },
  ])("rows of nothing but defaults: $params", ({ values, rows, params, data }) =>
    expectCase(bench, {
      name: "defaults",
      call: (db) => db.from("ticks").insert(values).select(),
      sql: changing(
        `insert into "public"."ticks" select from (select from ${rows}) as "pgrst_body" returning "public"."ticks".*`,
        `select "ticks".* from "pgrst_source" as "ticks"`,
      ),
      params,
      data,
      status: 201,
    }),
  );

  test.each([
    ["a text that is too long is refused, not cut", { body: "long" }, "22001"],
    ["also by a domain", { mark: "long" }, "22001"],
    ["and what a domain's check refuses", { mark: "no" }, "23514"],
    ["a NUL is refused, as in JSON", { body: "\u0000" }, "22P05"],
    ["so is half a surrogate pair", { body: "\ud83d" }, "22P02"],
    ["and a text that is no number", { id: "one" }, "22P02"],
  ])("%s", async (_, values, code) => {
    const { error } = await bench.supabase.from("id" in values ? "patients" : "notes").insert(values);
    expect(error?.code).toBe(code);
  });

  test("an interval is read by its own fields, as from JSON", async () => {
    await bench.supabase.from("notes").insert({ body: "i", pause: "5" }).throwOnError();
    expect(await bench.column("select pause::text from notes where body = 'i'")).toEqual(["5 days"]);
  });

  test("a column that is not there is refused before anything is sent", async () => {
    bench.log.take();
    const { error, status } = await bench.supabase.from("patients").insert({ name: "Tom", nope: 1 });
    expect({ error, status }).toMatchObject({
      status: 400,
      error: {
        code: "PGRST204",
        message: "Could not find the 'nope' column of 'patients' in the schema cache",
      },
    });
    expect(bench.log.take().filter(({ text }) => text.includes("insert"))).toEqual([]);
  });
});

const UPSERTS: readonly MutationCase[] = [
  {
    name: "merges by the primary key, and counts what was new",
    call: (db) =>
      db.from("patients").upsert([
        { id: 1, name: "Pia P." },
        { id: 9, name: "Tom" },
      ]),
    sql: merging(
      `insert into "public"."patients" ("id", "name")
       select "pgrst_body"."id", "pgrst_body"."name"
       from (
         select _."id", _."name" from json_to_recordset($1::text::json) as _("id" integer, "name" text)
       ) as "pgrst_body"
       on conflict ("id") do update set "id" = excluded."id", "name" = excluded."name"
       where ${counting("- 1")}
       returning 1 as "offramp_affected"`,
      undefined,
    ),
    params: [`[{"id":1,"name":"Pia P."},{"id":9,"name":"Tom"}]`],
    data: null,
    status: 201,
    after: ["1 Pia P. 30 1", ...UNTOUCHED.slice(1), "9 Tom 18"],
  },
  {
    name: "where nothing is new it is no creation",
    call: (db) => db.from("patients").upsert({ id: 1, name: "Pia P." }).select("id"),
    sql: merging(
      `insert into "public"."patients" ("id", "name")
       select "pgrst_body"."id", "pgrst_body"."name"
       from (select $1::integer as "id", $2::text as "name") as "pgrst_body"
       on conflict ("id") do update set "id" = excluded."id", "name" = excluded."name"
       where ${counting("- 1")}
       returning "public"."patients"."id"`,
      `select "patients"."id" from "pgrst_source" as "patients"`,
    ),
    params: ["1", "Pia P."],
    data: [{ id: 1 }],
    status: 200,
    after: ["1 Pia P. 30 1", ...UNTOUCHED.slice(1)],
  },
  {
    name: "where a trigger holds back what is there, what is new is a creation",
    call: (db) =>
      db.from("sealed").upsert([
        { id: 1, body: "new" },
        { id: 2, body: "new" },
      ]),
    sql: merging(
      `insert into "public"."sealed" ("id", "body")
       select "pgrst_body"."id", "pgrst_body"."body"
       from (
         select _."id", _."body" from json_to_recordset($1::text::json) as _("id" integer, "body" text)
       ) as "pgrst_body"
       where ${counting("+ 1")}
       on conflict ("id") do update set "id" = excluded."id", "body" = excluded."body"
       where ${counting("- 1")}
       returning 1 as "offramp_affected"`,
      undefined,
      { proposed: true },
    ),
    params: [`[{"id":1,"body":"new"},{"id":2,"body":"new"}]`],
    data: null,
    status: 201,
    after: UNTOUCHED,
  },
  {
    name: "ignores what is there, by the columns that it is told",
    call: (db) =>
      db
        .from("patients")
        .upsert([{ name: "Quin" }, { name: "Tom" }], { onConflict: "name", ignoreDuplicates: true })
        .select("name"),
    sql: changing(
      `insert into "public"."patients" ("name") select "pgrst_body"."name"
       from (select _."name" from json_to_recordset($1::text::json) as _("name" text)) as "pgrst_body"
       on conflict ("name") do nothing
       returning "public"."patients"."name"`,
      `select "patients"."name" from "pgrst_source" as "patients"`,
    ),
    params: [`[{"name":"Quin"},{"name":"Tom"}]`],
    data: [{ name: "Tom" }],
    status: 201,
    after: [...UNTOUCHED, "101 Tom 18"],
  },
];

describe("upsert", () => {
  test.each(UPSERTS)("$name", expectMutation);
});

const AGES = `from (select $1::integer as "age") as "pgrst_body"`;

const CHANGES: readonly MutationCase[] = [
  {
    name: "update",
    call: (db) => db.from("patients").update({ age: 31 }).eq("name", "Pia"),
    sql: `update "public"."patients" set "age" = "pgrst_body"."age" ${AGES}
       where "public"."patients"."name" = $2`,
    params: ["31", "Pia"],
    data: null,
    status: 204,
    after: ["1 Pia 31 1", ...UNTOUCHED.slice(1)],
  },
  {
    name: "update, with the changed rows in an order",
    call: (db) =>
      db
        .from("patients")
        .update({ age: 1 })
        .lt("age", 45)
        .select("name, age")
        .order("name", { ascending: false }),
    sql: changing(
      `update "public"."patients" set "age" = "pgrst_body"."age" ${AGES}
       where "public"."patients"."age" < $2 returning "public"."patients"."name", "public"."patients"."age"`,
      `select "patients"."name", "patients"."age" from "pgrst_source" as "patients" order by "patients"."name" desc`,
    ),
    params: ["1", "45"],
    data: [
      { name: "Quin", age: 1 },
      { name: "Pia", age: 1 },
    ],
    after: ["1 Pia 1 1", "2 Quin 1 1", ...UNTOUCHED.slice(2)],
  },
  {
    name: "delete, counted",
    call: (db) => db.from("patients").delete({ count: "exact" }).in("id", [3, 4]),
    sql: `delete from "public"."patients" where "public"."patients"."id" = any($1)`,
    params: [`{3,4}`],
    data: null,
    count: 2,
    status: 204,
    after: UNTOUCHED.slice(0, 2),
  },
  {
    name: "delete, with the deleted rows and what they belonged to",
    call: (db) => db.from("patients").delete().eq("id", 3).select("*, doctors(label)"),
    sql: changing(
      `delete from "public"."patients" where "public"."patients"."id" = $1 returning "public"."patients".*`,
      `select "patients".*, row_to_json("patients_doctors_1".*) as "doctors"
       from "pgrst_source" as "patients"
       left join lateral (
         select "doctors_1"."label" from "public"."doctors" as "doctors_1"
         where "doctors_1"."id" = "patients"."doctor_id"
       ) as "patients_doctors_1" on true`,
    ),
    params: ["3"],
    data: [{ id: 3, name: "Ria", age: null, doctor_id: 2, doctors: { label: "2: Ben" } }],
    after: [...UNTOUCHED.slice(0, 2), "4 Sam 50"],
  },
  {
    name: "delete by an inner embed touches no more than it shows",
    call: (db) => db.from("patients").delete().eq("doctors.name", "Ben").select("name, doctors!inner()"),
    sql: changing(
      `delete from "public"."patients" where exists (
         select 1 from "public"."doctors" as "doctors_1"
         where "doctors_1"."name" = $1 and "doctors_1"."id" = "public"."patients"."doctor_id"
       ) returning "public"."patients"."name", "public"."patients"."doctor_id"`,
      `select "patients"."name" from "pgrst_source" as "patients"
       inner join lateral (
         select true as "offramp_present" from "public"."doctors" as "doctors_1"
         where "doctors_1"."name" = $2 and "doctors_1"."id" = "patients"."doctor_id"
       ) as "patients_doctors_1" on true`,
    ),
    params: ["Ben", "Ben"],
    data: [{ name: "Ria" }],
    after: [...UNTOUCHED.slice(0, 2), "4 Sam 50"],
  },
  {
    name: "an update of no column changes nothing, and returns nothing",
    call: (db) => db.from("patients").update({}).eq("id", 1).select("id"),
    sql: changing(
      `select "public"."patients"."id" from "public"."patients" where false`,
      `select "patients"."id" from "pgrst_source" as "patients"`,
    ),
    data: [],
    after: UNTOUCHED,
  },
];

describe("update and delete", () => {
  test.each(CHANGES)("$name", expectMutation);
});
