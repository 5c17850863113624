import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient, type SupabaseClient } from "../../src/index.ts";
import { closestName, fuzzyMatches } from "../../src/schema-cache/index.ts";
import { nameSuggestions } from "../../src/schema-cache/name-suggestions.ts";
import { schemaDatabase, type SchemaDatabase } from "./schema-database.ts";

describe("the closest name", () => {
  test("needs three quarters in common, so that hints do not list a schema to whoever guesses", () => {
    expect(closestName(["projects", "clients"], "projectx")).toBe("projects");
    expect(closestName(["projects", "clients"], "projecxx")).toBe("projects");
    expect(closestName(["projects", "clients"], "projxxxx")).toBeUndefined();
    expect(closestName(["markers"], "users")).toBeUndefined();
    expect(closestName(["employees"], "employee_locations")).toBeUndefined();
  });

  test("is found whatever the case, and none in an empty schema", () => {
    expect(closestName(["Projects"], "PROJECTS")).toBe("Projects");
    expect(closestName([], "projects")).toBeUndefined();
    expect(closestName(["projects"], "")).toBeUndefined();
  });
});

describe("resembling names", () => {
  test("are ranked by edit distance, then by the runs of letters they share", () => {
    expect(fuzzyMatches(["roles", "actors", "directors"], "role").map(({ text }) => text)).toEqual(["roles"]);
    const [first] = fuzzyMatches(["abcx", "xbcd"], "abcd");
    expect(first?.score).toBe(0.75);
  });

  test("are none but the name itself where it is there", () => {
    expect(fuzzyMatches(["films", "films_view"], "Films")).toEqual([{ text: "films", score: 1 }]);
  });

  test("are none where nothing is shared", () => {
    expect(fuzzyMatches(["directors", "roles"], "noclosealternative")).toEqual([]);
  });
});

test("a schema of 500 relations gets no hints, one of 499 does", () => {
  const tables = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ schema: "public", name: `table_${index}` }));
  expect(nameSuggestions(tables(499)).closest("tables_7", "public")).toBe("table_7");
  expect(nameSuggestions(tables(500)).closest("tables_7", "public")).toBeUndefined();
});

describe("errors", () => {
  let schema: SchemaDatabase;
  let supabase: SupabaseClient;

  beforeAll(async () => {
    schema = await schemaDatabase(`
      create table films (id int primary key);
      create table roles (id int primary key, film_id int references films);
      create table lonely (id int primary key);
      create table filmsy (id int primary key);
      create schema hidden;
      create table ends_one (id int primary key); create table ends_two (id int primary key);
      create table hidden.ends (one int references ends_one, two int references ends_two, primary key (one, two));
      create table ends_once (id int primary key, film_id int references films);
      create function measure(vall int, param int, name int) returns int language sql as 'select 1';
      create function measure(id int, attr int) returns int language sql as 'select 1';
      create function count_all() returns int language sql as 'select 1';
      create function same(x int) returns int language sql as 'select 1';
      create function same(x text) returns int language sql as 'select 1';
    `);
    supabase = createClient(schema.db);
  });

  afterAll(() => schema.close());

  const hintOf = async (call: PromiseLike<{ error: { hint: string | null } | null }>) =>
    (await call).error?.hint;

  test("of an unknown embed propose a relation that is related", async () => {
    expect(await hintOf(supabase.from("films").select("role(id)"))).toBe(
      "Perhaps you meant 'roles' instead of 'role'.",
    );
    expect(await hintOf(supabase.from("films").select("noclosealternative(id)"))).toBeNull();
    expect(await hintOf(supabase.from("films").select("roles!nope(id)"))).toBeNull();
  });

  test("of a relation without any relationship propose one that has some", async () => {
    expect(await hintOf(supabase.from("filmsy").select("roles(id)"))).toBe(
      "Perhaps you meant 'films' instead of 'filmsy'.",
    );
    expect(await hintOf(supabase.from("lonely").select("roles(id)"))).toBeNull();
  });

  test("of relations that only a hidden junction relates propose nothing", async () => {
    const { error } = await supabase.from("ends_one").select("ends_two(id)");
    expect(error).toMatchObject({ code: "PGRST200", hint: null });
    // Without the junction it would be this.
    expect(fuzzyMatches(["films", "roles", "ends_once"], "ends_one")[0]?.text).toBe("ends_once");
  });

  test("of an unknown function propose one by its name, or an overload by its sorted arguments", async () => {
    expect(await hintOf(supabase.rpc("count_al"))).toBe(
      "Perhaps you meant to call the function public.count_all",
    );
    expect(await hintOf(supabase.rpc("measure", { val: 1, parm: 1, nam: 1 }))).toBe(
      "Perhaps you meant to call the function public.measure(name, param, vall)",
    );
    expect(await hintOf(supabase.rpc("measure", { attrs: 1, id: 1 }))).toBe(
      "Perhaps you meant to call the function public.measure(attr, id)",
    );
    expect(await hintOf(supabase.rpc("measure", { noclosealternative: 1 }))).toBeNull();
  });

  test("of an ambiguous call name the overloads, fewest arguments first", async () => {
    const { error } = await supabase.rpc("same", { x: 1 });
    expect(error).toMatchObject({
      code: "PGRST203",
      message:
        "Could not choose the best candidate function between: public.same(x => integer), public.same(x => text)",
    });
  });
});
