import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answering, expectCase, hospitalBench, type HospitalBench, type SqlCase } from "./hospital-bench.ts";

let bench: HospitalBench;

beforeAll(async () => {
  bench = await hospitalBench();
});

afterAll(() => bench.close());

const CSV = {
  body: `(select coalesce(string_agg(key, ','), '') from json_object_keys(json_agg("offramp_rows")->0) as key) || E'\n' ||
    coalesce(string_agg(substring("offramp_rows"::text, 2, length("offramp_rows"::text) - 2), E'\n'), '')`,
};

const TABLES: readonly SqlCase[] = [
  {
    name: "PostgreSQL's own text of each row, with a header",
    call: (db) => db.from("doctors").select("id, name, tags, hired").order("id").csv(),
    sql: answering(
      `select "public"."doctors"."id", "public"."doctors"."name", "public"."doctors"."tags", "public"."doctors"."hired"
       from "public"."doctors" order by "public"."doctors"."id" asc`,
      CSV,
    ),
    data: [
      "id,name,tags,hired",
      '1,Ada,"{cardio,research}",2019-05-01',
      "2,Ben,{ortho},2021-01-15",
      "3,Cleo,,",
      `4,"D. ""O'Neil"", MD",{},2024-02-29`,
    ].join("\n"),
  },
  {
    name: "an embed is JSON in its cell",
    call: (db) => db.from("doctors").select("id, clinics(name)").gte("id", 3).order("id").csv(),
    sql: answering(
      `select "public"."doctors"."id", row_to_json("doctors_clinics_1".*)::jsonb as "clinics"
       from "public"."doctors"
       left join lateral (
         select "clinics_1"."name" from "public"."clinics" as "clinics_1"
         where "clinics_1"."id" = "public"."doctors"."clinic_id"
       ) as "doctors_clinics_1" on true
       where "public"."doctors"."id" >= $1
       order by "public"."doctors"."id" asc`,
      CSV,
    ),
    params: ["3"],
    data: ["id,clinics", `3,"{""name"": ""South""}"`, "4,"].join("\n"),
  },
  {
    name: "no row has no keys for a header",
    call: (db) => db.from("rooms").select("id").eq("id", 0).csv(),
    sql: answering(
      `select "public"."rooms"."id" from "public"."rooms" where "public"."rooms"."id" = $1`,
      CSV,
    ),
    params: ["0"],
    data: "\n",
  },
];

describe("csv", () => {
  test.each(TABLES)("$name", (each) => expectCase(bench, each));

  test("of a mutation's rows", async () => {
    const ran = await bench.run((db) => db.from("rooms").insert({ id: 30, name: "a,b" }).select().csv());
    expect(ran).toMatchObject({ data: 'id,name\n30,"a,b"', status: 201 });
  });
});

describe("explain", () => {
  const rows = answering(
    `select "public"."rooms"."id" from "public"."rooms" where "public"."rooms"."id" > $1`,
  );

  test("gives the plan of the same statement as text", async () => {
    const ran = await bench.run((db) => db.from("rooms").select("id").gt("id", 10).explain());
    expect(ran.sql).toBe(`explain (format text) ${rows}`);
    expect(ran.params).toEqual(["10"]);
    expect(ran.data).toMatch(/^Aggregate .*\n +-> .*rooms/);
  });

  test("as JSON, with what was asked for beside it", async () => {
    const ran = await bench.run((db) =>
      db
        .from("rooms")
        .select("id")
        .gt("id", 10)
        .explain({ format: "json", analyze: true, verbose: true, settings: true, buffers: true, wal: true }),
    );
    expect(ran.sql).toBe(`explain (format json, analyze, verbose, settings, buffers, wal) ${rows}`);
    expect(ran.data).toMatchObject([
      { Plan: { "Node Type": "Aggregate" }, "Execution Time": expect.any(Number) },
    ]);
  });

  test("does not run a mutation", async () => {
    await bench.run((db) => db.from("patients").delete().gt("id", 0).select().explain());
    expect(await bench.column("select count(*) from patients")).toEqual(["4"]);
  });

  test("with analyze runs it, so that rollback() has something to undo", async () => {
    await bench.run((db) =>
      db.from("patients").delete().eq("id", 4).select().rollback().explain({ analyze: true }),
    );
    expect(await bench.column("select count(*) from patients")).toEqual(["4"]);
  });
});
