import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createClient, type SupabaseClient } from "../../src/index.ts";
import { schemaDatabase, type SchemaDatabase } from "./schema-database.ts";

/**
 * PostgREST, "Domain Representations". A colour is stored as a number and shown as `#rrggbb`; a moment is stored as a
 * timestamp and shown as seconds, and has no way to be read from text; a title is shown in capitals.
 */
const SCHEMA = `
  create schema "odd schema";
  create domain color as int check (value between 0 and 16777215);
  create function show(color) returns json immutable language sql as
    $$ select to_json('#' || lpad(to_hex($1), 6, '0')) $$;
  create function color(text) returns color immutable language sql as
    $$ select ('x' || lpad(substring($1 from 2), 8, '0'))::bit(32)::int::color $$;
  create function color(json) returns color immutable language sql as $$ select color($1 #>> '{}') $$;
  create cast (color as json) with function show(color) as implicit;
  create cast (json as color) with function color(json) as implicit;
  create cast (text as color) with function color(text) as implicit;

  create domain moment as timestamptz;
  create function show(moment) returns json immutable language sql as
    $$ select to_json(extract(epoch from $1)::bigint) $$;
  create function moment(json) returns moment immutable language sql as
    $$ select to_timestamp(($1 #>> '{}')::numeric)::moment $$;
  create cast (moment as json) with function show(moment) as implicit;
  create cast (json as moment) with function moment(json) as implicit;

  create domain "odd schema"."a ""title""" as text;
  create function "odd schema"."show (it)"("odd schema"."a ""title""") returns json immutable language sql as
    $$ select to_json(upper($1)) $$;
  create cast ("odd schema"."a ""title""" as json) with function "odd schema"."show (it)"("odd schema"."a ""title""") as implicit;

  create domain explicit_only as int;
  create function show(explicit_only) returns json immutable language sql as $$ select '"never"'::json $$;
  create cast (explicit_only as json) with function show(explicit_only);

  create table owners (id int primary key, name "odd schema"."a ""title""");
  create table things (
    id int primary key, owner_id int references owners, name text,
    paint color default 255, made moment default '2020-01-01T00:00:00Z', plain explicit_only default 7
  );
  create view red_things as select id, paint, owner_id, (paint / 2)::color as half from things where paint = 16711680;
  create function all_things() returns setof things stable language sql as 'select * from things';
`;

let schema: SchemaDatabase;
let supabase: SupabaseClient;

beforeAll(async () => {
  schema = await schemaDatabase(SCHEMA);
  supabase = createClient(schema.db);
});

afterAll(() => schema.close());

beforeEach(() =>
  schema.run(`
    truncate things, owners;
    insert into owners values (1, 'ann'), (2, null);
    insert into things (id, owner_id, name, paint, made) values
      (1, 1, 'ball', 16711680, '1970-01-01T00:01:00Z'), (2, 1, 'cube', 0, '1970-01-01T01:00:00Z'),
      (3, null, 'none', null, null)
  `),
);

describe("what is shown", () => {
  test("a column by its name, and by an alias", async () => {
    const { data } = await supabase.from("things").select("id, paint, hue:paint, made").order("id");
    expect(data).toEqual([
      { id: 1, paint: "#ff0000", hue: "#ff0000", made: 60 },
      { id: 2, paint: "#000000", hue: "#000000", made: 3600 },
      { id: 3, paint: null, hue: null, made: null },
    ]);
  });

  test("`*`, and nothing selected, which become the columns in their order", async () => {
    const { data } = await supabase.from("things").select().eq("id", 1).single();
    expect(JSON.stringify(data)).toBe(
      '{"id":1,"owner_id":1,"name":"ball","paint":"#ff0000","made":60,"plain":7}',
    );
  });

  test("embeds, to one and to many, and spreads", async () => {
    const { data } = await supabase
      .from("owners")
      .select("name, things(*)")
      .eq("id", 1)
      .order("id", { referencedTable: "things", ascending: false })
      .limit(1, { referencedTable: "things" });
    expect(data).toEqual([
      { name: "ANN", things: [{ id: 2, owner_id: 1, name: "cube", paint: "#000000", made: 3600, plain: 7 }] },
    ]);
    const spread = await supabase.from("things").select("id, ...owners(owner:name)").order("id").limit(2);
    expect(spread.data).toEqual([
      { id: 1, owner: "ANN" },
      { id: 2, owner: "ANN" },
    ]);
    const many = await supabase.from("owners").select("id, ...things(paint)").eq("id", 1);
    expect(many.data).toEqual([{ id: 1, paint: expect.arrayContaining(["#ff0000", "#000000"]) }]);
  });

  test("columns of a view, also computed ones, and rows of a function", async () => {
    expect((await supabase.from("red_things").select("*")).data).toEqual([
      { id: 1, paint: "#ff0000", owner_id: 1, half: "#7f8000" },
    ]);
    const called = await supabase.rpc("all_things").select("id, paint").eq("id", 2);
    expect(called.data).toEqual([{ id: 2, paint: "#000000" }]);
    expect((await supabase.rpc("all_things").eq("id", 1)).data).toMatchObject([{ made: 60 }]);
  });

  test("CSV", async () => {
    const { data } = await supabase.from("things").select("id, paint").eq("id", 1).csv();
    expect(data).toBe('id,paint\n1,"""#ff0000"""');
  });

  test("beside an aggregate, grouped by the value", async () => {
    await schema.run("insert into things (id, paint) values (4, 0)");
    const { data } = await supabase.from("things").select("paint, shade:paint, count()").order("paint");
    expect(data).toEqual([
      { paint: "#000000", shade: "#000000", count: 2 },
      { paint: "#ff0000", shade: "#ff0000", count: 1 },
      { paint: null, shade: null, count: 1 },
    ]);
  });

  test("only where the cast is implicit", async () => {
    expect((await supabase.from("things").select("plain").eq("id", 1)).data).toEqual([{ plain: 7 }]);
  });

  test("in the order of the values, not of what is shown", async () => {
    const { data } = await supabase
      .from("things")
      .select("id, made")
      .order("made", { ascending: false })
      .limit(2);
    expect(data).toEqual([
      { id: 3, made: null },
      { id: 2, made: 3600 },
    ]);
  });
});

describe("what is filtered by", () => {
  const ids = async (call: PromiseLike<{ data: unknown; error: unknown }>): Promise<unknown> => {
    const { data, error } = await call;
    return error ?? (data as { id: number }[]).map(({ id }) => id);
  };
  const things = () => supabase.from("things").select("id").order("id");

  test("is read like the column's values, so that an index on them applies", async () => {
    expect(await ids(things().eq("paint", "#ff0000"))).toEqual([1]);
    expect(await ids(things().neq("paint", "#ff0000"))).toEqual([2]);
    expect(await ids(things().gt("paint", "#000001"))).toEqual([1]);
    expect(await ids(things().or("paint.eq.#ff0000,id.eq.3"))).toEqual([1, 3]);
  });

  test("in a list, element by element", async () => {
    expect(await ids(things().in("paint", ["#ff0000", "#000000"]))).toEqual([1, 2]);
    expect(await ids(things().in("paint", []))).toEqual([]);
    expect(await ids(things().notIn("paint", ["#ff0000"]))).toEqual([2]);
    expect(await ids(things().filter("paint", "eq(any)", "{#ff0000,#0000ff}"))).toEqual([1]);
  });

  test("is the type's own text where no function reads it: none falls back on JSON", async () => {
    expect(await ids(things().eq("made", "1970-01-01T00:01:00Z"))).toEqual([1]);
    expect((await things().eq("made", "60")).error?.code).toBe("22008");
  });

  test("`is` and patterns take no value of the type", async () => {
    expect(await ids(things().is("paint", null))).toEqual([3]);
    const owners = await supabase.from("owners").select("id").like("name", "a%");
    expect(owners.data).toEqual([{ id: 1 }]);
  });

  test("inside an embed, and in a count", async () => {
    const { data, count } = await supabase
      .from("owners")
      .select("id, things!inner(id)", { count: "exact" })
      .eq("things.paint", "#ff0000");
    expect({ data, count }).toEqual({ data: [{ id: 1, things: [{ id: 1 }] }], count: 1 });
  });
});

describe("what is written", () => {
  test("is read from JSON, and comes back as it is shown", async () => {
    const { data } = await supabase
      .from("things")
      .insert([
        { id: 10, paint: "#00ff00", made: 120 },
        { id: 11, paint: null, made: 180 },
      ])
      .select("id, paint, made");
    expect(data).toEqual([
      { id: 10, paint: "#00ff00", made: 120 },
      { id: 11, paint: null, made: 180 },
    ]);
    expect(await schema.column("select paint from things where id >= 10 order by id")).toEqual([
      "65280",
      null,
    ]);
  });

  test("by an update, an upsert, and a delete that returns", async () => {
    const updated = await supabase
      .from("things")
      .update({ paint: "#0000ff" })
      .eq("paint", "#ff0000")
      .select();
    expect(updated.data).toMatchObject([{ id: 1, paint: "#0000ff", made: 60 }]);
    const merged = await supabase.from("things").upsert({ id: 1, paint: "#0000fe" }).select("paint").single();
    expect(merged.data).toEqual({ paint: "#0000fe" });
    const deleted = await supabase.from("things").delete().eq("id", 1).select("paint, owners(name)");
    expect(deleted.data).toEqual([{ paint: "#0000fe", owners: { name: "ANN" } }]);
  });

  test("takes the column's default where a row does not name it", async () => {
    const rows = [{ id: 20, paint: "#010203" }, { id: 21 }, { id: 22, paint: null, made: 5 }];
    const { data, error } = await supabase
      .from("things")
      .insert(rows, { defaultToNull: false })
      .select("id, paint, made");
    expect(error).toBeNull();
    expect(data).toEqual([
      { id: 20, paint: "#010203", made: 1577836800 },
      { id: 21, paint: "#0000ff", made: 1577836800 },
      { id: 22, paint: null, made: 5 },
    ]);
  });

  test("that the function refuses is PostgreSQL's error", async () => {
    const { error } = await supabase.from("things").insert({ id: 30, paint: "blue" });
    expect(error?.code).toBe("22P02");
  });
});
