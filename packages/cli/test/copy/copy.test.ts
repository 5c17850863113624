import type { Database } from "@offramp/db";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { contents, makePair, type Pair } from "./pair.ts";
import { failure, quiet, run } from "./run.ts";

let pair: Pair;

beforeEach(async () => {
  pair = await makePair();
});

afterEach(async () => {
  await pair.close();
});

async function expectEqual(...relations: readonly string[]): Promise<void> {
  for (const relation of relations)
    expect(await contents(pair.target, relation), relation).toEqual(await contents(pair.source, relation));
}

describe("rows", () => {
  it("arrive as they were, of every kind of type, table and name", async () => {
    await pair.schema(`
      create schema "Ünï ""q""";
      create type mood as enum ('sad', 'a b', 'ünï');
      create type pair as (a int, b text);
      create domain posint as int check (value > 0);
      create table kinds (
        id int generated always as identity primary key, t text, v varchar(50), c char(5), i8 int8, n numeric, f4 float4, f8 float8,
        b bool, d date, ts timestamp, tz timestamptz, ti time, iv interval, u uuid, j json, jb jsonb, by bytea, arr text[],
        ia int[], m mood, ma mood[], p pair, dom posint, r int4range, tv tsvector, ine inet, mo money, bi bit varying,
        g int8 generated always as (i8 * 2) stored, x xml, pt point, reg regclass
      );
      create table "Ünï ""q"""."Tab le" ("Key" text collate "C" primary key, "va\tl" text);
      create table keyless (a int, b text);
      create table part (id int, at date, note text, primary key (id, at)) partition by range (at);
      create table part_a partition of part for values from ('2026-01-01') to ('2026-02-01');
      create table part_b partition of part for values from ('2026-02-01') to ('2026-03-01');
      create table parent (id int primary key); create table child (extra text) inherits (parent);
      create unlogged table unlogged_one (id serial primary key);`);
    await pair.source.query({
      text: `
      insert into kinds (t, v, c, i8, n, f4, f8, b, d, ts, tz, ti, iv, u, j, jb, by, arr, ia, m, ma, p, dom, r, tv, ine, mo, bi, x, pt, reg) values
        (e'tab\\t nl\\n cr\\r back\\\\ \\b\\f\\v \\\\N', 'ünï 😀', 'ab', 4611686018427387903, 'NaN', 1.1, 0.1, true, '2026-01-02',
         '2026-01-02 03:04:05.678901', '2026-07-02 03:04:05.678901+02', '24:00', '1 year -2 days 03:04:05.6', gen_random_uuid(),
         '{"a": 1, "a": 2}', '{"b":[1,null,"x\\ny"]}', '\\x00ff5c', array['a,b', null, 'NULL', '', '"'], '{{1,2},{3,4}}', 'a b', '{sad,ünï}',
         '(1,"x, y")', 5, '[1,5)', 'fat:1A cat:2', '10.0.0.1/8', 12.34, '10110', '<a>&amp;</a>', '(1.5,-2)', 'pg_class'),
        ('', null, null, null, 1e-20, 'infinity', '-infinity', false, 'infinity', '-infinity', '0044-03-15 BC', null, '-1 mon', null, 'null', 'null',
         '', '{}', '{}', null, null, null, null, 'empty', '', '::1', -1, '', null, null, null), default;
      insert into kinds default values; `.replace(", default;", ";"),
      script: true,
    });
    await pair.source.query({
      text: `
      insert into "Ünï ""q"""."Tab le" values ('', 'empty key'), ('\\.', '\\.'), ('ß', null);
      insert into keyless values (1, 'x'), (1, 'x'), (null, null), (1, 'x');
      insert into part select n, date '2026-01-01' + n % 59, 'n' || n from generate_series(1, 200) n;
      insert into parent values (1); insert into child values (2, 'x');
      insert into unlogged_one default values;`,
      script: true,
    });
    const report = await run(pair);
    await expectEqual(
      "kinds",
      '"Ünï ""q"""."Tab le"',
      "keyless",
      "part",
      "only part_a",
      "only parent",
      "child",
      "unlogged_one",
    );
    expect(report.tables.find(({ source }) => source === "public.part")?.rows).toBe(200);
    expect(report.left).toEqual([]);
  });

  it("of a large table are cut by its key, or by pages where it has none, and none is lost or doubled", async () => {
    await pair.schema(`
      create table numbers (id int primary key, note text);
      create table words (id uuid primary key, note text);
      create table two (a text, b int, primary key (a, b));
      create table nokey (a int, note text);`);
    await pair.source.query({
      text: `
      insert into numbers select n * 7919 % 20011 * 100000, repeat('x', 50) from generate_series(1, 20000) n;
      insert into words select gen_random_uuid(), repeat('x', 50) from generate_series(1, 20000);
      insert into two select 'tenant ' || n % 3, n from generate_series(1, 20000) n;
      insert into nokey select n % 100, repeat('x', 50) from generate_series(1, 20000) n;`,
      script: true,
    });
    await run(pair, { chunkBytes: 100_000 });
    await expectEqual("numbers", "words", "two", "nokey");
    const chunks = await pair.target.query({
      text: "select source_table as t, count(*) > 5 as many from offramp.copy_chunk group by 1 order by 1",
    });
    expect(chunks).toEqual([
      { t: "nokey", many: "t" },
      { t: "numbers", many: "t" },
      { t: "two", many: "f" },
      { t: "words", many: "t" },
    ]);
  });

  it("are all of one moment, whatever is written meanwhile", async () => {
    await pair.schema("create table a (id int primary key); create table b (id int primary key)");
    await pair.source.query({ text: "insert into a values (1); insert into b values (1)", script: true });
    await run(pair, {
      jobs: 1,
      watcher: {
        ...quiet,
        begin() {
          void pair.source.query({
            text: "insert into a values (2); insert into b values (2)",
            script: true,
          });
        },
      },
    });
    expect(await contents(pair.target, "a")).toEqual(["(1)"]);
    expect(await contents(pair.target, "b")).toEqual(["(1)"]);
  });
});

describe("what hangs on tables", () => {
  it("is taken off for the load and put back as it was; triggers do not fire; sequences and views are brought up", async () => {
    await pair.schema(`
      create table city (id serial primary key, name text unique);
      create table person (id bigint generated by default as identity (start 100 increment 5) primary key,
        city int references city on delete set null deferrable initially deferred, boss bigint, name text, unique (id, city));
      alter table person add constraint boss_fk foreign key (boss) references person (id) not valid;
      create index person_name on person (lower(name)) where name is not null;
      comment on index person_name is 'it''s for search'; comment on constraint boss_fk on person is 'the boss';
      create function loud() returns trigger language plpgsql as $$ begin raise exception 'a trigger fired'; end $$;
      create trigger loud before insert on person for each row execute function loud();
      create trigger quiet before insert on city for each row execute function loud();
      alter table city disable trigger quiet; alter table person enable always trigger loud;
      create sequence free_one; create sequence down increment -1;
      create materialized view people as select count(*) as n from person;`);
    await pair.source.query({
      text: `alter table person disable trigger loud;
      insert into city (name) values ('Bern'), ('Chur');
      insert into person (city, boss, name) values (1, null, 'Ann'), (2, 100, 'Bob'); set constraints all immediate;
      alter table person enable always trigger loud; select nextval('free_one'), nextval('down'), nextval('down')`,
      script: true,
    });
    const described = async (db: Database): Promise<unknown> => [
      await db.query({
        text: `select conname, pg_get_constraintdef(oid) as def, convalidated, obj_description(oid) as note from pg_constraint
          where connamespace = 'public'::regnamespace order by 1`,
      }),
      await db.query({
        text: "select indexdef, obj_description(indexname::regclass) as note from pg_indexes where schemaname = 'public' order by 1",
      }),
      await db.query({ text: "select tgname, tgenabled from pg_trigger where not tgisinternal order by 1" }),
      await db.query({ text: "select * from pg_sequences where schemaname = 'public' order by 2" }),
      await db.query({ text: "select * from people" }),
    ];
    await pair.source.query({ text: "refresh materialized view people" });
    const before = await described(pair.source);
    await run(pair);
    await expectEqual("city", "person");
    expect(await described(pair.target)).toEqual(before);
    expect(await pair.target.query({ text: "select * from offramp.copy_deferred" })).toEqual([]);
  });

  it("says which foreign key cannot be put back, and does when it can", async () => {
    await pair.schema(
      "create table a (id int primary key); create table b (id int primary key, a int references a)",
    );
    await pair.source.query({ text: "insert into a values (1); insert into b values (1, 1)", script: true });
    const error = await failure(run(pair, { tables: { "public.a": { filter: () => false } } }));
    expect(error.message).toContain(
      "public.b: foreign key b_a_fkey: rows refer to rows that the target does not have",
    );
    await pair.target.query({ text: "insert into a values (1)" });
    expect(await run(pair, { tables: { "public.a": { filter: () => false } } })).toMatchObject({
      complete: true,
    });
    const fkeys = {
      text: "select conname, convalidated from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace",
    };
    expect(await pair.target.query(fkeys)).toEqual([{ conname: "b_a_fkey", convalidated: "t" }]);
  });
});

describe("before it begins, it refuses", () => {
  it("a role from which row level security hides rows, and says the remedy", async () => {
    await pair.schema(`create table mine (id int primary key); create table forced (id int primary key);
      create table open_one (id int primary key)`);
    await pair.source.query({
      text: `alter table mine enable row level security;
      alter table forced enable row level security; alter table forced force row level security;
      insert into mine values (1); insert into forced values (1);
      do $$ begin create role copy_reader; exception when duplicate_object then null; end $$;
      grant select on all tables in schema public to copy_reader; alter table forced owner to copy_reader`,
      script: true,
    });
    const asReader = readingAs(pair.source, "copy_reader");
    const error = await failure(run({ ...pair, source: asReader }));
    expect(error.name).toBe("CopyRefusedError");
    expect(error.message).toMatch(/public\.mine: row level security hides rows .* BYPASSRLS/);
    expect(error.message).toMatch(/public\.forced: .* FORCE ROW LEVEL SECURITY, which binds its owner too/);
    expect(error.message).not.toContain("open_one");
    expect(await contents(pair.target, "mine")).toEqual([]);
  });

  it("tables and columns that the target lacks, and rows that are there already", async () => {
    await pair.source.query({
      text: "create table a (id int primary key, extra text); create table gone (id int); create table full_one (id int)",
      script: true,
    });
    await pair.target.query({
      text: "create table a (id int primary key, wanted text not null); create table full_one (id int); insert into full_one values (1)",
      script: true,
    });
    const error = await failure(run(pair));
    expect(error.message).toMatch(/public\.a\.extra: the target's public\.a has no such column/);
    expect(error.message).toMatch(/public\.a\.wanted: the target wants a value/);
    expect(error.message).toMatch(/public\.gone: the target has no table public\.gone.*skip: true/);
    const tables = { "public.a": { skip: true }, "public.gone": { skip: true } };
    expect((await failure(run(pair, { tables }))).message).toMatch(
      /public\.full_one: the target has rows in it already/,
    );
    expect(await run(pair, { tables, restart: true })).toMatchObject({ complete: false });
    expect(await contents(pair.target, "full_one")).toEqual([]);
  });
});

/** The same database, on which everything runs as `role`. */
function readingAs(db: Database, role: string): Database {
  return {
    ...db,
    description: db.description,
    transaction: (work, options) =>
      db.transaction(async (transaction) => {
        await transaction.query({ text: `set local role ${role}` });
        return work(transaction);
      }, options),
    query: (statement) => db.query(statement),
    reserve: (options) => db.reserve(options),
    read: (work, options) => db.read(work, options),
    aside: (statement) => db.aside(statement),
    listen: (channel, onNotify, onReady) => db.listen(channel, onNotify, onReady),
    health: () => db.health(),
    close: (options) => db.close(options),
  };
}
