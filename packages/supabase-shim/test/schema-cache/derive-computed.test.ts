import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient, type SupabaseClient } from "../../src/index.ts";
import { embed } from "./embeds.ts";
import { schemaDatabase, type SchemaDatabase } from "./schema-database.ts";

/** PostgREST, "Computed Relationships": functions from a row of one relation to rows of another. */
const SCHEMA = `
  create schema hidden;
  create table designers (id int primary key, name text);
  create table games (id int primary key, name text, designer_id int references designers, sequel_to int references games);
  create table studios (id int primary key, name text);
  create table game_studios (game_id int references games, studio_id int references studios, primary key (game_id, studio_id));
  create view game_view as select id, name from games;
  create table hidden.secrets (id int primary key);

  create function designer_of(games) returns setof designers rows 1 stable language sql as
    $$ select * from designers where id = $1.designer_id $$;
  create function designer_alone(games) returns designers stable language sql as
    $$ select * from designers where id = $1.designer_id $$;
  create function games_of(designers) returns setof games stable language sql as
    $$ select * from games where designer_id = $1.id $$;
  create function best(designers) returns setof games stable language sql as
    $$ select * from games where designer_id = $1.id and id = 1 $$;
  create function best(studios) returns setof games stable language sql as $$ select * from games where id = 2 $$;
  -- These two have the names of tables that a key leads to.
  create function studios(games) returns setof studios stable language sql as $$ select * from studios where false $$;
  create function games(designers) returns setof games stable language sql as
    $$ select * from games where designer_id = $1.id and sequel_to is null $$;
  create function successors(games) returns setof games stable language sql as
    $$ select * from games where sequel_to = $1.id $$;
  create function from_view(game_view) returns setof designers rows 1 stable language sql as
    $$ select d.* from designers d join games g on g.designer_id = d.id where g.id = $1.id $$;
  create function secrets(games) returns setof hidden.secrets stable language sql as $$ select * from hidden.secrets $$;
  create function "odd ""name"" (1)"(games) returns setof designers rows 1 stable language sql as
    $$ select * from designers where id = $1.designer_id $$;
  create function all_games() returns setof games stable language sql as $$ select * from games $$;
  create function one_game(game int) returns games stable language sql as $$ select * from games where id = game $$;
  create function shown_games() returns setof game_view stable language sql as $$ select * from game_view $$;

  create table hidden.reviews (id int primary key, game_id int references games, body text);
  create view reviews as select id, game_id from hidden.reviews;
  create function all_reviews() returns setof hidden.reviews stable language sql as $$ select * from hidden.reviews $$;
  create function all_secrets() returns setof hidden.secrets stable language sql as $$ select 7 $$;

  insert into designers values (1, 'Sid'), (2, 'Hironobu');
  insert into games values (1, 'Civ', 1, null), (2, 'Civ II', 1, 1), (3, 'FF', 2, null);
  insert into studios values (1, 'MicroProse'); insert into game_studios values (1, 1);
  insert into hidden.reviews values (1, 3, 'good');
`;

let schema: SchemaDatabase;
let supabase: SupabaseClient;

beforeAll(async () => {
  schema = await schemaDatabase(SCHEMA);
  supabase = createClient(schema.db);
});

afterAll(() => schema.close());

describe("a function of a row", () => {
  test("gives one row by ROWS 1 or without SETOF, else many", async () => {
    expect(
      await embed(supabase, "games", "name, a:designer_of(name), b:designer_alone(name)"),
    ).toContainEqual({
      name: "FF",
      a: { name: "Hironobu" },
      b: { name: "Hironobu" },
    });
    expect(await embed(supabase, "designers", "name, games_of(name)")).toEqual([
      { name: "Hironobu", games_of: [{ name: "FF" }] },
      { name: "Sid", games_of: [{ name: "Civ" }, { name: "Civ II" }] },
    ]);
  });

  test("is chosen by the row's relation where it is overloaded", async () => {
    expect(await embed(supabase, "designers", "name, best(name)")).toContainEqual({
      name: "Sid",
      best: [{ name: "Civ" }],
    });
    expect(await embed(supabase, "studios", "best(name)")).toEqual([{ best: [{ name: "Civ II" }] }]);
  });

  test("of a table itself, of a view, and with any name", async () => {
    expect(await embed(supabase, "games", "name, successors(name)")).toContainEqual({
      name: "Civ",
      successors: [{ name: "Civ II" }],
    });
    expect(await embed(supabase, "game_view", "name, from_view(name)")).toContainEqual({
      name: "FF",
      from_view: { name: "Hironobu" },
    });
    expect(await embed(supabase, "games", 'name, "odd \\"name\\" (1)"(name)')).toContainEqual({
      name: "FF",
      'odd "name" (1)': { name: "Hironobu" },
    });
  });

  test("is filtered, ordered, counted by and spread like any relation", async () => {
    const { data, count } = await supabase
      .from("designers")
      .select("name, games_of!inner(name)", { count: "exact" })
      .like("games_of.name", "Civ%")
      .order("name", { referencedTable: "games_of", ascending: false });
    expect({ data, count }).toEqual({
      data: [{ name: "Sid", games_of: [{ name: "Civ II" }, { name: "Civ" }] }],
      count: 1,
    });
    expect(await embed(supabase, "games", "name, ...designer_of(designer:name)")).toContainEqual({
      name: "FF",
      designer: "Hironobu",
    });
  });

  test("works on rows that a write or a call returned", async () => {
    const call = await supabase.rpc("all_games").select("name, designer_of(name)").eq("id", 3);
    expect(call.data).toEqual([{ name: "FF", designer_of: { name: "Hironobu" } }]);
    const written = await supabase
      .from("games")
      .update({ name: "FF I" })
      .eq("id", 3)
      .select("name, designer_of(name)");
    expect(written.data).toEqual([{ name: "FF I", designer_of: { name: "Hironobu" } }]);
    await supabase.from("games").update({ name: "FF" }).eq("id", 3);
  });

  test("is nested in what keys lead to", async () => {
    const select = "name, designers(name, games_of(name, designer_of(name)))";
    expect(await embed(supabase, "games", select)).toContainEqual({
      name: "FF",
      designers: { name: "Hironobu", games_of: [{ name: "FF", designer_of: { name: "Hironobu" } }] },
    });
  });
});

describe("a function with the name of a related table", () => {
  test("overrides the key and the junction that lead there, and no other relationship", async () => {
    expect(await embed(supabase, "games", "name, studios(name)")).toContainEqual({
      name: "Civ",
      studios: [],
    });
    expect(await embed(supabase, "designers", "name, games(name)")).toContainEqual({
      name: "Sid",
      games: [{ name: "Civ" }],
    });
    // The functions of other names that return the same table stay.
    expect(await embed(supabase, "designers", "name, best(name)")).toContainEqual({
      name: "Sid",
      best: [{ name: "Civ" }],
    });
    expect(await embed(supabase, "games", "name, game_studios(studios(name))")).toContainEqual({
      name: "Civ",
      game_studios: [{ studios: { name: "MicroProse" } }],
    });
  });

  test("whose rows are of a schema that is not exposed leads nowhere", async () => {
    expect(await embed(supabase, "games", "name, secrets(id)")).toMatch(/^PGRST200/u);
  });
});

describe("what a function returns", () => {
  test("embeds like the relation whose rows it returns", async () => {
    const many = await supabase.rpc("all_games").select("name, designers(name)").eq("id", 1);
    expect(many.data).toEqual([{ name: "Civ", designers: { name: "Sid" } }]);
    const one = await supabase.rpc("one_game", { game: 3 }).select("name, designers(name)");
    expect(one.data).toEqual({ name: "FF", designers: { name: "Hironobu" } });
    const shown = await supabase.rpc("shown_games").select("name, from_view(name)").eq("id", 3);
    expect(shown.data).toEqual([{ name: "FF", from_view: { name: "Hironobu" } }]);
  });

  test("of a hidden table embeds like the view of its name, and shows all of its own columns", async () => {
    const { data } = await supabase.rpc("all_reviews").select("id, body, games(name)").eq("body", "good");
    expect(data).toEqual([{ id: 1, body: "good", games: { name: "FF" } }]);
    expect((await supabase.rpc("all_reviews")).data).toEqual([{ id: 1, game_id: 3, body: "good" }]);
  });

  test("of a hidden table that no view shows is read and filtered", async () => {
    expect((await supabase.rpc("all_secrets").select("id").gt("id", 6)).data).toEqual([{ id: 7 }]);
    const { error } = await supabase.rpc("all_secrets").select("id, games(name)");
    expect(error?.message).toBe(
      "Could not find a relationship between 'secrets' and 'games' in the schema cache",
    );
  });

  test("and names that relation in its errors", async () => {
    const { error } = await supabase.rpc("all_games").select("name, nothing(id)");
    expect(error?.message).toBe(
      "Could not find a relationship between 'games' and 'nothing' in the schema cache",
    );
  });
});
