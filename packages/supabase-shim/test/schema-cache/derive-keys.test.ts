import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient, type SupabaseClient } from "../../src/index.ts";
import { ambiguity, embed } from "./embeds.ts";
import { schemaDatabase, type SchemaDatabase } from "./schema-database.ts";

/** PostgREST, "Resource Embedding": what foreign keys, unique constraints and junctions make of tables. */
const SCHEMA = `
  create schema billing;
  create schema hidden;
  create table people (id int primary key, name text, boss_id int references people, twin_id int unique references people);
  create table passports (id int primary key, person_id int unique references people, note text);
  create table badges (person_id int primary key references people, code text);
  create table lockers (id int primary key, person_id int references people);
  create unique index lockers_person on lockers (person_id);
  create table sections (area text, number int, title text, primary key (area, number));
  create table plans (number int, area text, body text, unique (number, area), foreign key (area, number) references sections);
  create table posters (id int primary key, name text);
  create table follows (follower int references posters, followed int references posters, primary key (follower, followed));
  create table projects (id int primary key, name text);
  create table tasks (id int primary key, name text, project_id int references projects);
  create table rooms (id int primary key, name text);
  create table project_rooms (
    project_id int references projects, room_id int references rooms, day date, note text, primary key (project_id, room_id, day)
  );
  create table loose_rooms (id int primary key, project_id int references projects, room_id int references rooms);
  create table triples (
    project_id int references projects, room_id int references rooms, person_id int references people, note text,
    primary key (project_id, room_id, person_id)
  );
  create view project_rooms_view as select project_id, room_id, day from project_rooms;
  create table hidden.project_people (project_id int references public.projects, person_id int references public.people, primary key (project_id, person_id));
  create table billing.people (id int primary key, account text);
  create table billing.invoices (id int primary key, person_id int references public.people, payer_id int references billing.people);
  create table events (id int, day date, person_id int references people, primary key (id, day)) partition by range (day);
  create table events_2026 partition of events for values from ('2026-01-01') to ('2027-01-01');
  create table attendance (id int primary key, event_id int, day date, foreign key (event_id, day) references events);
  create table archive_notes (id int primary key, event_id int, day date, foreign key (event_id, day) references events_2026);
  create foreign data wrapper nowhere;
  create server elsewhere foreign data wrapper nowhere;
  create foreign table remote_logs (id int, line text) server elsewhere;

  insert into people values (1, 'Ada', null, null), (2, 'Ben', 1, 1);
  insert into passports values (10, 1, 'red'); insert into badges values (2, 'B2'); insert into lockers values (5, 1);
  insert into sections values ('north', 1, 'N1'), ('south', 1, 'S1'); insert into plans values (1, 'south', 'plan');
  insert into posters values (1, 'Mark'), (2, 'Elon'), (3, 'Bill'); insert into follows values (1, 2), (3, 1);
  insert into projects values (1, 'Roof'); insert into rooms values (7, 'Red'); insert into tasks values (4, 'tiles', 1);
  insert into project_rooms values (1, 7, '2026-01-01'); insert into triples values (1, 7, 2);
  insert into loose_rooms values (1, 1, 7); insert into hidden.project_people values (1, 1);
  insert into billing.people values (1, 'A-1'); insert into billing.invoices values (1, 1, 1);
  insert into events values (1, '2026-05-01', 1); insert into attendance values (1, 1, '2026-05-01'); insert into archive_notes values (1, 1, '2026-05-01');
`;

let schema: SchemaDatabase;
let supabase: SupabaseClient;

beforeAll(async () => {
  schema = await schemaDatabase(SCHEMA);
  supabase = createClient(schema.db, undefined, { schemas: ["public", "billing"] });
});

afterAll(() => schema.close());

describe("one to one", () => {
  test("by a unique constraint and by a primary key: an object on both sides", async () => {
    expect(await embed(supabase, "people", "name, passports(note), badges(code)")).toEqual([
      { name: "Ada", passports: { note: "red" }, badges: null },
      { name: "Ben", passports: null, badges: { code: "B2" } },
    ]);
    expect(await embed(supabase, "passports", "note, people(name)")).toEqual([
      { note: "red", people: { name: "Ada" } },
    ]);
  });

  test("by a composite unique constraint whose columns come in another order", async () => {
    expect(await embed(supabase, "sections", "title, plans(body)")).toEqual([
      { title: "N1", plans: null },
      { title: "S1", plans: { body: "plan" } },
    ]);
  });

  test("not by a unique index alone", async () => {
    expect(await embed(supabase, "people", "id, lockers(id)")).toContainEqual({
      id: 1,
      lockers: [{ id: 5 }],
    });
  });
});

describe("a table that refers to itself", () => {
  test("is its children by its name, and its parent by the column", async () => {
    expect(await embed(supabase, "people", "name, reports:people(name), boss:boss_id(name)")).toEqual([
      { name: "Ada", reports: [{ name: "Ben" }], boss: null },
      { name: "Ben", reports: [], boss: { name: "Ada" } },
    ]);
    expect(await embed(supabase, "people", "name, reports:people!boss_id(name)")).toContainEqual({
      name: "Ada",
      reports: [{ name: "Ben" }],
    });
  });

  test("through a junction has no name of its own, but a way by spreads", async () => {
    expect(await embed(supabase, "posters", "name, posters(name)")).toMatch(/^PGRST200/u);
    const select = "name, followers:follows!followed(...posters!follower(name))";
    expect(await embed(supabase, "posters", select)).toContainEqual({
      name: "Mark",
      followers: [{ name: "Bill" }],
    });
  });
});

describe("many to many", () => {
  test("needs both keys inside the junction's primary key, which may have more columns", async () => {
    expect(await embed(supabase, "tasks", "name, projects(rooms!project_rooms(name))")).toEqual([
      { name: "tiles", projects: { rooms: [{ name: "Red" }] } },
    ]);
    expect(await embed(supabase, "rooms", "name, loose_rooms(projects(name))")).toEqual([
      { name: "Red", loose_rooms: [{ projects: { name: "Roof" } }] },
    ]);
  });

  test("names each junction where there are several, also views of one", async () => {
    expect(await ambiguity(supabase, "projects", "rooms(name)")).toEqual({
      code: "PGRST201",
      candidates: [
        "many-to-many: project_rooms using project_rooms_project_id_fkey(project_id) and project_rooms_room_id_fkey(room_id)",
        "many-to-many: project_rooms_view using project_rooms_project_id_fkey(project_id) and project_rooms_room_id_fkey(room_id)",
        "many-to-many: triples using triples_project_id_fkey(project_id) and triples_room_id_fkey(room_id)",
      ],
      hint: "Try changing 'rooms' to one of the following: 'rooms!project_rooms', 'rooms!project_rooms_view', 'rooms!triples'. Find the desired relationship in the 'details' key.",
    });
    expect(await embed(supabase, "projects", "rooms!project_rooms_view(name)")).toEqual([
      { rooms: [{ name: "Red" }] },
    ]);
  });

  test("joins any two of a junction's three keys", async () => {
    expect(await embed(supabase, "projects", "rooms!triples(name), people!triples(name)")).toEqual([
      { rooms: [{ name: "Red" }], people: [{ name: "Ben" }] },
    ]);
  });

  test("does not go through a junction that is not exposed", async () => {
    expect(await embed(supabase, "projects", "people!project_people(name)")).toMatch(/^PGRST200/u);
  });
});

describe("several keys to one table", () => {
  test("are told apart by constraint and by column, on either side", async () => {
    const { candidates } = await ambiguity(supabase, "posters", "follows(follower)");
    expect(candidates).toEqual([
      "one-to-many: follows_followed_fkey using posters(id) and follows(followed)",
      "one-to-many: follows_follower_fkey using posters(id) and follows(follower)",
    ]);
    for (const hint of ["follows_follower_fkey", "follower"]) {
      expect(await embed(supabase, "posters", `name, follows!${hint}(followed)`)).toContainEqual({
        name: "Mark",
        follows: [{ followed: 2 }],
      });
    }
    expect(
      await embed(supabase, "follows", "follower(name), whom:follows_followed_fkey(name)"),
    ).toContainEqual({
      follower: { name: "Mark" },
      whom: { name: "Elon" },
    });
  });

  test("a hint that fits nothing is named, and nothing else is proposed", async () => {
    const { error } = await supabase.from("posters").select("follows!nope(follower)");
    expect(error).toMatchObject({
      code: "PGRST200",
      details:
        "Searched for a foreign key relationship between 'posters' and 'follows' using the hint 'nope' in the schema 'public', but no matches were found.",
      hint: null,
    });
  });
});

describe("schemas", () => {
  test("a table of the same name in another schema is another table", async () => {
    const billing = supabase.schema("billing");
    const { data } = await billing.from("invoices").select("id, people(account)");
    expect(data).toEqual([{ id: 1, people: { account: "A-1" } }]);
    expect(await embed(supabase, "people", "name")).toEqual([{ name: "Ada" }, { name: "Ben" }]);
  });

  test("a key into another schema embeds in neither", async () => {
    expect(await embed(supabase, "people", "name, invoices(id)")).toMatch(/^PGRST200/u);
    const { error } = await supabase.schema("billing").from("invoices").select("id, person_id(name)");
    expect(error?.details).toContain("in the schema 'billing'");
  });
});

describe("partitions", () => {
  test("are read through their table, with its keys", async () => {
    expect(await embed(supabase, "events", "id, people(name), attendance(id)")).toEqual([
      { id: 1, people: { name: "Ada" }, attendance: [{ id: 1 }] },
    ]);
    expect(await embed(supabase, "people", "name, events(day)")).toContainEqual({
      name: "Ada",
      events: [{ day: "2026-05-01" }],
    });
  });

  test("are no tables of their own, and are not proposed", async () => {
    const { error } = await supabase.from("events_2026").select();
    expect(error).toMatchObject({ code: "PGRST205", hint: null });
  });

  test("but can be embedded by a key that names one", async () => {
    expect(await embed(supabase, "archive_notes", "id, events_2026(day)")).toEqual([
      { id: 1, events_2026: { day: "2026-05-01" } },
    ]);
  });
});

test("a foreign table is a table", async () => {
  const { error } = await supabase.from("remote_logs").select("line");
  // PostgreSQL's own answer: this wrapper cannot fetch anything.
  expect(error?.code).toBe("55000");
});
