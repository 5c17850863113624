import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createClient, type SupabaseClient } from "../../src/index.ts";
import { HOSPITAL } from "../hospital.ts";
import { testDatabase, type TestDatabase } from "../test-database.ts";

const MORE = `
  create schema billing;
  create table billing.invoices (id int primary key, amount int);
  insert into billing.invoices values (1, 10), (2, 20);
  create function billing.invoice_total() returns bigint stable language plpgsql
    as 'begin return (select sum(amount) from invoices); end';
  create function note_visit(patient int) returns int language plpgsql as $$
    begin update patients set age = coalesce(age, 0) + 1 where id = patient; return patient; end $$;
  create view sneaky as select id, note_visit(id) as visited from patients;
  create function sneaky_column(patients) returns int volatile language sql as 'select note_visit($1.id)';
  create function one_row() returns setof patients volatile language sql as 'select * from patients limit 1';
  create function ages_up() returns setof patients volatile language sql as 'update patients set age = 1 returning *';
  create function where_am_i() returns text stable language sql as $$ select current_setting('search_path') $$;
  create function billing.where_am_i() returns text stable language sql as $$ select current_setting('search_path') $$;`;

let database: TestDatabase;
let supabase: SupabaseClient;

beforeAll(async () => {
  database = await testDatabase(HOSPITAL + MORE);
  supabase = createClient(database.log.database, undefined, { schemas: ["public", "billing"] });
  await supabase.from("rooms").select("id").throwOnError();
});

afterAll(() => database.close());

beforeEach(async () => {
  await database.script("update patients set age = 30");
  database.log.take();
});

interface Answer {
  readonly data: unknown;
  readonly error: { readonly code: string } | null;
}

/** The statements around a call's own, which is shown as `…`. */
async function around(call: (db: SupabaseClient) => PromiseLike<Answer>): Promise<readonly string[]> {
  database.log.take();
  await call(supabase);
  return database.log
    .take()
    .map(
      ({ on, text }) => `${on}: ${/^(begin|commit|rollback|set|select set_config)/.test(text) ? text : "…"}`,
    );
}

const READ_ONLY = [
  "reserved: begin isolation level read committed read only",
  "reserved: …",
  "reserved: commit",
];

describe("one statement alone", () => {
  const ALONE: readonly (readonly [string, (db: SupabaseClient) => PromiseLike<Answer>])[] = [
    [
      "a read of tables",
      (db) => db.from("doctors").select("id, clinics(name), rooms(name)").eq("name", "Ada"),
    ],
    ["a read that counts", (db) => db.from("doctors").select("*", { count: "exact" }).limit(1)],
    ["single() on a read", (db) => db.from("rooms").select().eq("id", 10).single()],
    ["aggregates", (db) => db.from("doctors").select("clinic_id, grade.sum()")],
    ["an insert", (db) => db.from("patients").insert({ id: 50, name: "Tom" }).select()],
    ["an upsert", (db) => db.from("patients").upsert({ id: 50, name: "Tim" })],
    ["an update", (db) => db.from("patients").update({ age: 2 }).eq("id", 50)],
    [
      "maybeSingle() on a change",
      (db) => db.from("patients").update({ age: 3 }).eq("id", 50).select().maybeSingle(),
    ],
    ["a delete", (db) => db.from("patients").delete().eq("id", 50)],
    ["a volatile function", (db) => db.rpc("forget", { patient: "Nobody" })],
  ];

  test.each(ALONE)("%s", async (_, call) => {
    expect(await around(call)).toEqual(["alone: …"]);
  });
});

describe("a read-only transaction, in one go", () => {
  const GUARDED: readonly (readonly [string, (db: SupabaseClient) => PromiseLike<Answer>])[] = [
    ["a view", (db) => db.from("busy_doctors").select()],
    ["an embedded view", (db) => db.from("clinics").select("id, busy_doctors(doctor)")],
    ["a computed column", (db) => db.from("doctors").select("label")],
    ["a filter on one", (db) => db.from("doctors").select("id").eq("label", "1: Ada")],
    ["a computed relationship", (db) => db.from("clinics").select("chief(name)")],
    // The type may be the team's own, and its cast a function.
    ["a cast", (db) => db.from("doctors").select("grade::text")],
    ["a stable function", (db) => db.rpc("doctors_of", { clinic: 1 })],
    ["any function by GET", (db) => db.rpc("hire", { id: 60, name: "X" }, { get: true })],
  ];

  test.each(GUARDED)("%s", async (_, call) => {
    expect(await around(call)).toEqual(READ_ONLY);
  });

  test("what would write behind a read is refused", async () => {
    for (const call of [
      supabase.from("sneaky").select(),
      supabase.from("patients").select("sneaky_column"),
      supabase.rpc("hire", { id: 60, name: "X" }, { get: true }),
    ]) {
      expect((await call).error).toMatchObject({ code: "25006" });
    }
    expect(await database.column("select distinct age from patients")).toEqual(["30"]);
    expect(await database.column("select count(*) from doctors where id = 60")).toEqual(["0"]);
  });
});

describe("rules are judged before the commit", () => {
  const CHECKED = ["reserved: begin isolation level read committed", "reserved: …"];

  test("single() on a change of one row", async () => {
    expect(
      await around((db) => db.from("patients").update({ age: 31 }).eq("id", 1).select().single()),
    ).toEqual([...CHECKED, "reserved: commit"]);
    expect(await database.column("select age from patients where id = 1")).toEqual(["31"]);
  });

  test.each([
    ["several rows", 0],
    ["no row", 99],
  ])("single() on a change of %s is undone", async (_, after) => {
    let answer: Answer | undefined;
    const statements = await around(async (db) => {
      answer = await db.from("patients").update({ age: 31 }).gt("id", after).select().single();
      return answer;
    });
    expect(statements).toEqual([...CHECKED, "reserved: rollback"]);
    expect(answer?.error).toMatchObject({ code: "PGRST116" });
    expect(await database.column("select distinct age from patients")).toEqual(["30"]);
  });

  test("single() on a function's rows is undone with what the function did", async () => {
    const { error } = await supabase.rpc("ages_up").single();
    expect(error).toMatchObject({ code: "PGRST116", details: "The result contains 4 rows" });
    expect(await database.column("select distinct age from patients")).toEqual(["30"]);
    expect((await supabase.rpc("one_row").single()).error).toBeNull();
  });

  test("maxAffected() within its bound commits, and past it undoes", async () => {
    const within = await around((db) => db.from("patients").update({ age: 31 }).lte("id", 2).maxAffected(2));
    expect(within).toEqual([...CHECKED, "reserved: commit"]);
    const { error, status } = await supabase.from("patients").delete().gt("id", 0).maxAffected(3);
    expect({ error, status }).toEqual({
      status: 400,
      error: {
        code: "PGRST124",
        message: "Query result exceeds max-affected preference constraint",
        details: "The query affects 4 rows",
        hint: null,
      },
    });
    expect(await database.column("select count(*) from patients")).toEqual(["4"]);
  });

  test("maybeSingle() on a change of several is judged after the fact, as supabase-js does", async () => {
    const { error } = await supabase.from("patients").update({ age: 31 }).lte("id", 2).select().maybeSingle();
    expect(error).toMatchObject({ code: "PGRST116" });
    expect(await database.column("select count(*) from patients where age = 31")).toEqual(["2"]);
  });
});

describe("rollback()", () => {
  test("answers as if, and undoes", async () => {
    let answer: Answer | undefined;
    const statements = await around(async (db) => {
      answer = await db.from("patients").delete().eq("id", 1).select("name").rollback();
      return answer;
    });
    expect(answer?.data).toEqual([{ name: "Pia" }]);
    expect(statements.at(0)).toBe("reserved: begin isolation level read committed");
    expect(statements.at(-1)).toBe("reserved: rollback");
    expect(await database.column("select count(*) from patients")).toEqual(["4"]);
  });

  test("still tells of a constraint that the commit would have checked", async () => {
    await database.script(
      "alter table badges add constraint later unique (code) deferrable initially deferred",
    );
    const insert = supabase.from("badges").insert({ doctor_id: 3, code: "A1" });
    expect((await insert.rollback()).error).toMatchObject({ code: "23505" });
  });
});

describe("the search path", () => {
  const BILLING = [
    "reserved: begin isolation level read committed read only",
    "reserved: select set_config($1, $2, true)",
    "reserved: …",
    "reserved: commit",
  ];

  test("is said only for another schema than the connection's first", async () => {
    expect(await around((db) => db.schema("billing").from("invoices").select())).toEqual(BILLING);
    expect(await around((db) => db.schema("public").from("rooms").select())).toEqual(["alone: …"]);
  });

  test("begins with the request's schema, so that a function's names mean that schema's", async () => {
    const total = await supabase.schema("billing").rpc("invoice_total");
    expect(total).toMatchObject({ data: 30, error: null });
    expect((await supabase.schema("billing").rpc("where_am_i")).data).toBe('"billing", "public"');
  });

  test("does not stay on the connection", async () => {
    const single = await testDatabase("create schema s; create table s.t (id int); create table u (id int)", {
      max: 1,
    });
    const client = createClient(single.db, undefined, { schemas: ["public", "s"] });
    await client.schema("s").from("t").insert({ id: 1 }).throwOnError();
    expect(await single.column("show search_path")).toEqual(['"$user", public']);
    await single.close();
  });
});

describe("an error", () => {
  test("inside a transaction leaves the connection clean", async () => {
    const single = await testDatabase(HOSPITAL, { max: 1 });
    const client = createClient(single.log.database);
    await client.from("rooms").select();
    single.log.take();
    const failing = await client.from("patients").insert({ id: 1, name: "Again" }).select().single();
    expect(failing.error).toMatchObject({ code: "23505" });
    // There is one connection, and it is in no transaction, with no settings left.
    expect(await single.column("select now() = statement_timestamp()")).toEqual(["t"]);
    const view = await client.from("busy_doctors").select("nope");
    expect(view.error).toMatchObject({ code: "42703" });
    expect((await client.from("patients").insert({ id: 70, name: "After" })).error).toBeNull();
    expect(await single.column("select count(*) from patients")).toEqual(["5"]);
    await single.close();
  });

  test("of a commit is the call's", async () => {
    const later = await supabase.from("badges").insert({ doctor_id: 3, code: "A1" }).select().single();
    expect(later.error).toMatchObject({ code: "23505" });
    expect(await database.column("select count(*) from badges where doctor_id = 3")).toEqual(["0"]);
  });
});
