import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient, type SupabaseClient } from "../../src/index.ts";
import { trapsDatabase, type TrapsDatabase } from "./traps-database.ts";

// What today's ways off supabase-js get wrong, each with its test.

let database: TrapsDatabase;
let supabase: SupabaseClient;

beforeAll(async () => {
  database = await trapsDatabase();
  supabase = createClient(database.db);
});

afterAll(() => database.close());

describe("reads", () => {
  test("two or() calls are joined by AND", async () => {
    const { data } = await supabase
      .from("clinics")
      .select("id")
      .or("id.eq.1,id.eq.2")
      .or("name.eq.South,id.eq.9");
    expect(data).toEqual([{ id: 2 }]);
  });

  test("a many-to-many embed is not ambiguous with its junction", async () => {
    const { data } = await supabase.from("clinics").select("name, people(full_name)").eq("id", 2);
    expect(data).toEqual([{ name: "South", people: [{ full_name: "Ada" }] }]);
  });

  test("a composite key joins on all of its columns", async () => {
    const { data } = await supabase.from("shifts").select("id, wards(beds)").order("id");
    expect(data).toEqual([
      { id: 1, wards: { beds: 10 } },
      { id: 2, wards: { beds: 7 } },
    ]);
  });

  test("a limit on an embed limits the embed, for each parent", async () => {
    const { data } = await supabase
      .from("clinics")
      .select("id, members(person_id)")
      .order("id")
      .order("person_id", { referencedTable: "members" })
      .limit(1, { referencedTable: "members" });
    expect(data).toEqual([
      { id: 1, members: [{ person_id: 1 }] },
      { id: 2, members: [{ person_id: 1 }] },
    ]);
  });

  test("an embed that cannot be resolved is an error", async () => {
    const { data, error, status } = await supabase.from("clinics").select("id, nothing(x)");
    expect([data, error?.code, status]).toEqual([null, "PGRST200", 400]);
  });

  test("timestamps keep their T, numerics are numbers, bytea is its text", async () => {
    const { data } = await supabase.from("people").select("born, weight, photo").eq("id", 1).single();
    expect(data).toEqual({ born: "2026-01-02T03:04:05+00:00", weight: 52.3, photo: "\\xdeadbeef" });
  });

  test("there is no count unless one is asked for", async () => {
    expect((await supabase.from("clinics").select("id")).count).toBeNull();
    expect((await supabase.from("clinics").select("id", { count: "exact" })).count).toBe(2);
  });

  test("where null is due there is null, not a list", async () => {
    expect((await supabase.from("clinics").select("id").eq("id", 9).maybeSingle()).data).toBeNull();
    expect((await supabase.from("clinics").select("id", { head: true })).data).toBeNull();
    expect((await supabase.from("counters").update({ note: "x" }).eq("id", 9)).data).toBeNull();
  });

  test("a list's values are exact, whatever they contain", async () => {
    const named = await supabase.from("people").select("id").in("full_name", ["Bo, MD", 'x","Ada']);
    expect(named.data).toEqual([{ id: 2 }]);
    const tagged = await supabase.from("people").select("id").contains("tags", ["b,c"]);
    expect(tagged.data).toEqual([{ id: 1 }]);
    expect((await supabase.from("people").select("id").overlaps("tags", ["b", "c"])).data).toEqual([]);
  });

  test("100,000 values are one parameter", async () => {
    const ids = Array.from({ length: 100_000 }, (_, index) => index + 1);
    expect((await supabase.from("clinics").select("id").in("id", ids).order("id")).data).toEqual([
      { id: 1 },
      { id: 2 },
    ]);
  });
});

describe("errors", () => {
  test("keep their SQLSTATE and their status", async () => {
    const { error, status } = await supabase.from("clinics").insert({ id: 1, name: "again" });
    expect([error?.code, status]).toEqual(["23505", 409]);
  });

  test("an error about a role is an error, and nothing is tried again with other rights", async () => {
    const { error } = await supabase.withClaims({ role: "authenticated" }).rpc("about_role");
    expect(error).toMatchObject({ code: "P0001", message: 'the role "x" is odd' });
  });
});

describe("writes", () => {
  test("an uneven bulk insert stores what it returns", async () => {
    const rows = [
      { id: 20, n: 1 },
      { id: 21, note: "z", n: 2 },
    ];
    const { data } = await supabase.from("counters").insert(rows).select("note").order("id");
    expect(data).toEqual([{ note: null }, { note: "z" }]);
    expect(await database.column("select note from counters where id >= 20 order by id")).toEqual([
      null,
      "z",
    ]);
  });

  test("a write with an embed and single() returns one object", async () => {
    const { data } = await supabase
      .from("shifts")
      .insert({ id: 9, clinic_id: 1, code: "B" })
      .select("id, wards(beds)")
      .single();
    expect(data).toEqual({ id: 9, wards: { beds: 5 } });
  });

  test("an upsert without onConflict uses the primary key", async () => {
    const { status } = await supabase.from("clinics").upsert({ id: 2, name: "South!" });
    expect(status).toBe(200);
    expect(await database.column("select name from clinics order by id")).toEqual(["North", "South!"]);
  });

  test("an rpc inside a transaction goes with it", async () => {
    const work = supabase.transaction(async (tx) => {
      expect((await tx.rpc("bump", { p_id: 1 })).data).toBe(8);
      throw new Error("back");
    });
    await expect(work).rejects.toThrow("back");
    expect(await database.column("select n from counters where id = 1")).toEqual(["7"]);
  });

  test("a delete honours the filter of an inner embed", async () => {
    const { data } = await supabase
      .from("shifts")
      .delete()
      .eq("wards.beds", 5)
      .select("id, wards!inner(beds)");
    expect(data?.map((row) => row.id)).toEqual([9]);
    expect(await database.column("select id from shifts order by id")).toEqual(["1", "2"]);
  });
});

describe("rights", () => {
  const ada = { role: "authenticated", sub: "00000000-0000-4000-8000-000000000001" } as const;

  test("policies hold, and a role is set where no table has one too", async () => {
    const asAda = supabase.withClaims(ada);
    expect((await asAda.from("notes").select("body")).data).toEqual([{ body: "hers" }]);
    expect((await asAda.from("open_notes").select("body")).error?.code).toBe("42501");
  });

  test("the library grants nothing", async () => {
    const granted =
      "select count(*) from information_schema.role_table_grants where grantee in ('anon', 'authenticated') and table_schema = 'public' and table_name <> 'notes'";
    expect(await database.column(granted)).toEqual(["0"]);
  });
});

describe("names", () => {
  test("a quote in a name is a quote in a name", async () => {
    const { data } = await supabase.from('quo"ted').select('"col\\"umn"').eq('"col\\"umn"', "x");
    expect(data).toEqual([{ 'col"umn': "x" }]);
  });

  const hostile = 'id"; drop table canary; --';

  test.each([
    ["select()", () => supabase.from("clinics").select(`"${hostile.replaceAll('"', '\\"')}"`)],
    ["an alias", () => supabase.from("clinics").select(`"${hostile.replaceAll('"', '\\"')}":id`)],
    [
      "order()",
      () =>
        supabase
          .from("clinics")
          .select("id")
          .order(`"${hostile.replaceAll('"', '\\"')}"`),
    ],
    ["an insert's keys", () => supabase.from("clinics").insert({ [hostile]: 1 })],
    [
      "an update's keys",
      () =>
        supabase
          .from("clinics")
          .update({ [hostile]: 1 })
          .eq("id", 1),
    ],
    [
      "limit()",
      () =>
        supabase
          .from("clinics")
          .select("id")
          .limit("1; drop table canary" as never),
    ],
    ["onConflict", () => supabase.from("clinics").upsert({ id: 1, name: "x" }, { onConflict: hostile })],
    ["a table", () => supabase.from(hostile).select()],
    ["an rpc", () => supabase.rpc(hostile, { [hostile]: 1 })],
  ])("%s runs no SQL", async (_, call) => {
    const { error } = await (call() as PromiseLike<{ error: { code: string } | null }>);
    // 42601 would say that PostgreSQL read part of the name as SQL.
    expect(error?.code).not.toBe("42601");
    expect(await database.column("select secret from canary")).toEqual(["bird"]);
  });
});
