import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient, type SupabaseClient } from "../../src/index.ts";
import { ambiguity, embed } from "./embeds.ts";
import { schemaDatabase, type SchemaDatabase } from "./schema-database.ts";

/** PostgREST, "Foreign Key Joins on Views": a view has the keys whose columns it shows unchanged. */
const SCHEMA = `
  create schema hidden;
  create table hidden.directors (id int primary key, name text);
  create table films (
    id int primary key, title text, director_id int references hidden.directors, country text, code int,
    unique (country, code)
  );
  create table showings (
    id int primary key, film_id int references films, country text, code int,
    foreign key (country, code) references films (country, code)
  );
  create view directors as select id, name from hidden.directors;
  create view directors_of_directors as select name, id from directors;
  create view hidden.inner_directors as select id as inner_id, name from hidden.directors;
  create view outer_directors as select inner_id as outer_id, name from hidden.inner_directors;
  create view directors_by_cte as with all_of_them as (select * from hidden.directors) select id, name from all_of_them;
  create view directors_by_subquery as select part.id, part.name from (select id, name from hidden.directors) as part;
  create view directors_by_lateral as
    select d.id, other.name from hidden.directors d cross join lateral (select d.name) as other;
  create view directors_with_counts as
    select d.id, d.name, count(f.id) as films from hidden.directors d left join films f on f.director_id = d.id group by d.id, d.name;
  create view director_of_film as
    select f.id as film_id, f.title, d.id as director, d.name from films f join hidden.directors d on d.id = f.director_id;
  create view films_over_itself as select * from films;
  create or replace view films_over_itself as select * from films_over_itself;
  create view circle_one as select id, director_id from films;
  create view circle_two as select * from circle_one;
  create or replace view circle_one as select * from circle_two;
  create view directors_computed as select id + 0 as id, name from hidden.directors;
  create view directors_cast as select id::bigint as id, name from hidden.directors;
  create view directors_union as select id, name from hidden.directors union all select id, name from hidden.directors;
  create view directors_distinct as select distinct id, name from hidden.directors order by name;
  create view directors_windowed as select id, name, row_number() over (order by id) as place from hidden.directors;
  create view directors_values as select d.id, d.name from hidden.directors d where d.id in (select director_id from films);
  create view directors_twice as select id as a, id as b, name from hidden.directors;
  create materialized view directors_stored as select id, name from hidden.directors;
  create view films_short as select id, title, director_id from films;
  create view films_without_key as select title from films;
  create view films_by_code as select country as land, code as number, title from films;
  create view showings_twice as select id, country as c1, country as c2, code as n1, code as n2 from showings;
  create view showings_partly as select id, country from showings;
  create rule films_short_insert as on insert to films_short do instead insert into films (id, title) values (new.id, new.title);
  create view "films (all), of: {every} \\kind" as select id as "the ""id""", title as " :resname odd", director_id as "a,b{c}d\\e" from films;

  create table hidden.nodes (id int primary key, parent int references hidden.nodes);
  create view nodes as select id, parent from hidden.nodes;
  create view lineage as
    select parent.parent as grandparent, child.parent, child.id from hidden.nodes parent join hidden.nodes child on child.parent = parent.id;
  insert into hidden.nodes values (1, null), (2, 1), (3, 2);
  create table plain (id int primary key, label text);
  create view plain_view as select label, id, id as again from plain;

  insert into hidden.directors values (1, 'Agnès'), (2, 'Yasujirō');
  insert into films values (10, 'Cléo', 1, 'fr', 1), (11, 'Banshun', 2, 'jp', 1);
  insert into showings values (100, 10, 'fr', 1), (101, 11, 'jp', 1);
  refresh materialized view directors_stored;
`;

let schema: SchemaDatabase;
let supabase: SupabaseClient;

beforeAll(async () => {
  schema = await schemaDatabase(SCHEMA);
  supabase = createClient(schema.db);
});

afterAll(() => schema.close());

const CLEO = { title: "Cléo" };

describe("a view stands for its table where it shows the key's columns", () => {
  test.for([
    ["of a table in a schema that is not exposed", "directors"],
    ["over another view, with its columns in another order", "directors_of_directors"],
    ["over a view in a schema that is not exposed, with other names", "outer_directors"],
    ["through a CTE", "directors_by_cte"],
    ["through a subquery", "directors_by_subquery"],
    ["with a lateral join", "directors_by_lateral"],
    ["grouped by the key", "directors_with_counts"],
    ["distinct and ordered", "directors_distinct"],
    ["with a window function", "directors_windowed"],
    ["with a subquery in its filter", "directors_values"],
    ["that is materialized", "directors_stored"],
  ] as const)("%s: to one and to many", async ([, view]) => {
    expect(await embed(supabase, "films", `title, ${view}(name)`)).toContainEqual({
      ...CLEO,
      [view]: { name: "Agnès" },
    });
    expect(await embed(supabase, view, "name, films(title)")).toContainEqual({
      name: "Agnès",
      films: [CLEO],
    });
  });

  test("between two views", async () => {
    expect(await embed(supabase, "films_short", "title, directors(name)")).toContainEqual({
      ...CLEO,
      directors: { name: "Agnès" },
    });
    expect(await embed(supabase, "directors", "name, films_short(title)")).toContainEqual({
      name: "Agnès",
      films_short: [CLEO],
    });
  });

  test("a join shows the keys of each of its tables", async () => {
    expect(await embed(supabase, "director_of_film", "title, showings(id)")).toContainEqual({
      ...CLEO,
      showings: [{ id: 100 }],
    });
  });

  test("by a composite key, under other names", async () => {
    expect(await embed(supabase, "showings", "id, films_by_code(title)")).toContainEqual({
      id: 100,
      films_by_code: CLEO,
    });
  });

  test("with names that hold the characters of PostgreSQL's own notation", async () => {
    const view = '"films (all), of: {every} \\\\kind"';
    expect(
      await embed(supabase, "directors", `name, films:${view}("the \\"id\\"", " :resname odd")`),
    ).toContainEqual({
      name: "Agnès",
      films: [{ 'the "id"': 10, " :resname odd": "Cléo" }],
    });
  });
});

describe("a view has no key", () => {
  test.for([
    ["of a column that is computed", "directors_computed"],
    ["of a column that is cast to another type", "directors_cast"],
    ["of a UNION", "directors_union"],
  ] as const)("%s", async ([, view]) => {
    expect(await embed(supabase, view, "name, films(title)")).toBe(
      `PGRST200: Could not find a relationship between '${view}' and 'films' in the schema cache`,
    );
  });

  test("that it shows a part of, or nothing of", async () => {
    expect(await embed(supabase, "films_without_key", "title, showings(id)")).toMatch(/^PGRST200/u);
    expect(await embed(supabase, "showings_partly", "id, films(title)")).toMatch(/^PGRST200/u);
  });
});

describe("a column that is shown twice", () => {
  test("gives two relationships, told apart by the column", async () => {
    expect(await ambiguity(supabase, "films", "title, directors_twice(name)")).toEqual({
      code: "PGRST201",
      candidates: [
        "many-to-one: films_director_id_fkey using films(director_id) and directors_twice(a)",
        "many-to-one: films_director_id_fkey using films(director_id) and directors_twice(b)",
      ],
      hint: expect.stringContaining(
        "'directors_twice!films_director_id_fkey', 'directors_twice!films_director_id_fkey'",
      ),
    });
    expect(await embed(supabase, "films", "title, directors_twice!b(name)")).toContainEqual({
      ...CLEO,
      directors_twice: { name: "Agnès" },
    });
  });

  test("and each combination of a composite key's columns, in order", async () => {
    const { candidates } = await ambiguity(supabase, "showings_twice", "id, films_by_code(title)");
    const key = "many-to-one: showings_country_code_fkey using showings_twice";
    expect(candidates).toEqual([
      `${key}(c1, n1) and films_by_code(land, number)`,
      `${key}(c1, n2) and films_by_code(land, number)`,
      `${key}(c2, n1) and films_by_code(land, number)`,
      `${key}(c2, n2) and films_by_code(land, number)`,
    ]);
  });
});

describe("views of a table that refers to itself", () => {
  test("have its parent by the column and its children by their own name", async () => {
    expect(await embed(supabase, "nodes", "id, parent(id), children:nodes!parent(id)")).toEqual([
      { id: 1, parent: null, children: [{ id: 2 }] },
      { id: 2, parent: { id: 1 }, children: [{ id: 3 }] },
      { id: 3, parent: { id: 2 }, children: [] },
    ]);
  });

  test("also where they join it with itself", async () => {
    expect(await embed(supabase, "lineage", "id, parent(id), grandparent(id)")).toEqual([
      { id: 2, parent: null, grandparent: null },
      { id: 3, parent: { id: 2 }, grandparent: null },
    ]);
  });
});

test("a view's primary key is its table's, so that an upsert finds the row", async () => {
  await supabase.from("plain_view").upsert({ id: 1, label: "first" }).throwOnError();
  await supabase.from("plain_view").upsert({ id: 1, label: "second" }).throwOnError();
  expect(await embed(supabase, "plain", "*")).toEqual([{ id: 1, label: "second" }]);
});

test("a view that was replaced by one over itself is PostgreSQL's error, and stands in no other's way", async () => {
  const recursion = (relation: string) =>
    `42P17: infinite recursion detected in rules for relation "${relation}"`;
  expect(await embed(supabase, "films_over_itself", "*")).toBe(recursion("films_over_itself"));
  expect(await embed(supabase, "circle_one", "id")).toBe(recursion("circle_one"));
  expect(await embed(supabase, "films", "title, directors(name)")).toHaveLength(2);
});
