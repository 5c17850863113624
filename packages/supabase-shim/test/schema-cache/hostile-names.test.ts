import { quoteIdentifier } from "@offramp/db";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient, type SupabaseClient } from "../../src/index.ts";
import { ambiguity } from "./embeds.ts";
import { schemaDatabase, type SchemaDatabase } from "./schema-database.ts";

/**
 * Names that PostgreSQL takes and that would be something else where they are not quoted. The column `*` is not among
 * them: in a select it is every column, on PostgREST too.
 */
const NAMES = [
  "select",
  "user",
  "order by 1",
  "1st",
  "a.b",
  "a,b",
  "(a)",
  "{a}",
  "[a]",
  "a:b",
  "a!inner",
  "a->>b",
  "a::int",
  "...a",
  "=",
  'say "hi"',
  '"',
  "it's",
  "back\\slash",
  "\\",
  "a\nb",
  "tab\t",
  " padded ",
  "$1",
  "$$",
  "a--b",
  "a/*b*/",
  "; drop table x",
  "ÅÄÖ",
  "日本語",
  "😀",
  "A",
  "null",
  "true",
  "x".repeat(63),
  "ü".repeat(31),
  "😀".repeat(15),
] as const;

/** A name as PostgREST's languages take it: in double quotes, with a backslash before quotes and backslashes. */
function quoted(name: string): string {
  return `"${name.replaceAll(/["\\]/gu, String.raw`\$&`)}"`;
}

function script(): string {
  return NAMES.flatMap((name, index) => {
    const own = quoteIdentifier(name);
    const child = quoteIdentifier(`child ${index}`);
    const key = quoteIdentifier(index % 2 === 0 ? name : `key ${index}`);
    return [
      `create table ${own} (id int primary key, ${own} text, other int)`,
      `create table ${child} (id int primary key, ${own} int constraint ${key} references ${own} (id), words tsvector)`,
      `create view ${quoteIdentifier(`view ${index}`)} as select ${own} as ${own}, id from ${child}`,
      `create function ${own} (${own} text, n int default 1) returns text language sql immutable as 'select $1'`,
      `insert into ${own} values (1, 'one', 5), (2, 'two', 5)`,
      `insert into ${child} (id, ${own}) values (10, 1)`,
    ];
  }).join(";\n");
}

let schema: SchemaDatabase;
let supabase: SupabaseClient;

beforeAll(async () => {
  schema = await schemaDatabase(script());
  supabase = createClient(schema.db);
});

afterAll(() => schema.close());

describe.for(NAMES.map((name, index) => ({ name, index })))(
  "a table, column and key named $name",
  ({ name, index }) => {
    test("is read, filtered and ordered by", async () => {
      const { data, error } = await supabase
        .from(name)
        .select(`id, ${quoted(name)}, again:${quoted(name)}`)
        .eq(quoted(name), "two")
        .order(quoted(name));
      expect(error).toBeNull();
      expect(data).toEqual([{ id: 2, [name]: "two", again: "two" }]);
      const all = await supabase
        .from(name)
        .select()
        .or(`${quoted(name)}.eq.one,id.eq.9`);
      expect(all.data).toEqual([{ id: 1, [name]: "one", other: 5 }]);
    });

    test("is embedded, by its own name and by the column's, from a table and from a view", async () => {
      const { data, error } = await supabase
        .from(`child ${index}`)
        .select(`id, byTable:${quoted(name)}(id), bare:${quoted(name)}!${quoted(name)}(${quoted(name)})`);
      expect(error).toBeNull();
      expect(data).toEqual([{ id: 10, byTable: { id: 1 }, bare: { [name]: "one" } }]);
      const reverse = await supabase
        .from(name)
        .select(`id, ${quoted(`child ${index}`)}(id)`)
        .eq("id", 1);
      expect(reverse.data).toEqual([{ id: 1, [`child ${index}`]: [{ id: 10 }] }]);
      const view = await supabase.from(`view ${index}`).select(`id, ${quoted(name)}(id)`);
      expect(view.data).toEqual([{ id: 10, [name]: { id: 1 } }]);
    });

    test("is written, merged and deleted", async () => {
      const inserted = await supabase
        .from(name)
        .insert({ id: 3, [name]: "three" })
        .select();
      expect(inserted.data).toEqual([{ id: 3, [name]: "three", other: null }]);
      const merged = await supabase
        .from(name)
        .upsert({ id: 3, [name]: "drei" })
        .select(quoted(name));
      expect(merged.data).toEqual([{ [name]: "drei" }]);
      const removed = await supabase.from(name).delete().eq(quoted(name), "drei").select("id");
      expect(removed.data).toEqual([{ id: 3 }]);
    });

    test("is grouped by", async () => {
      const { data } = await supabase.from(name).select(`other, ${quoted(name)}.count()`);
      expect(data).toEqual([{ other: 5, count: 2 }]);
    });

    test("is called", async () => {
      expect((await supabase.rpc(name, { [name]: "said" })).data).toBe("said");
    });
  },
);

describe("names that only differ behind PostgreSQL's limit on aliases", () => {
  test("are told apart, nested and side by side", async () => {
    const long = "l".repeat(59);
    await schema.run(`
      create table ${long}_one (id int primary key); create table ${long}_two (id int primary key, up int references ${long}_one);
      create table ${long}_thr (id int primary key, up int references ${long}_two, up_too int references ${long}_two);
      insert into ${long}_one values (1); insert into ${long}_two values (2, 1); insert into ${long}_thr values (3, 2, 2)
    `);
    const fresh = createClient(schema.db, undefined, { watchSchema: false });
    const { data, error } = await fresh
      .from(`${long}_thr`)
      .select(
        `id, a:${long}_two!up(id, ${long}_one(id)), b:${long}_two!up_too(id, x:${long}_one(id), y:${long}_one(id))`,
      );
    expect(error).toBeNull();
    expect(data).toEqual([
      { id: 3, a: { id: 2, [`${long}_one`]: { id: 1 } }, b: { id: 2, x: { id: 1 }, y: { id: 1 } } },
    ]);
    expect((await ambiguity(fresh, `${long}_thr`, `${long}_two(id)`)).candidates).toHaveLength(2);
  });
});
