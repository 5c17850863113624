import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient, type SupabaseClient } from "../../src/index.ts";
import { testDatabase, type TestDatabase } from "../test-database.ts";

/** A type, two values in ascending order (where it has one) as PostgreSQL's text, and as JSON shows the first. */
type TypeCase = readonly [type: string, low: string, high: string, json: unknown];

const ORDERED: readonly TypeCase[] = [
  ["smallint", "1", "2", 1],
  ["integer", "-7", "8", -7],
  ["bigint", "9007199254740991", "9007199254740993", 9007199254740991],
  ["numeric(12,4)", "1.5000", "2", 1.5],
  ["real", "1.5", "2.5", 1.5],
  ["double precision", "-1e300", "1e300", -1e300],
  ["money", "$1.00", "$2.00", "$1.00"],
  ["text", "a'b\"c\\d,{}", "b", "a'b\"c\\d,{}"],
  ["varchar(10)", "abc", "abd", "abc"],
  ["char(5)", "abc", "abd", "abc  "],
  ["name", "abc", "abd", "abc"],
  ["citext_like", "abc", "abd", "abc"],
  ["bytea", "\\x00ff", "\\x0100", "\\x00ff"],
  ["boolean", "false", "true", false],
  ["date", "2024-02-29", "2025-01-01", "2024-02-29"],
  ["time", "10:00:00", "11:00:00", "10:00:00"],
  ["timetz", "10:00:00+00", "11:00:00+00", "10:00:00+00"],
  ["timestamp", "2024-02-29 10:00:00", "2025-01-01 00:00:00", "2024-02-29T10:00:00"],
  ["timestamptz", "2024-02-29 10:00:00+02", "2025-01-01 00:00:00+00", "2024-02-29T08:00:00+00:00"],
  ["interval", "1 day", "2 days", "1 day"],
  [
    "uuid",
    "00000000-0000-4000-8000-000000000001",
    "00000000-0000-4000-8000-000000000002",
    "00000000-0000-4000-8000-000000000001",
  ],
  ["inet", "10.0.0.1", "10.0.0.2", "10.0.0.1"],
  ["cidr", "10.0.0.0/8", "11.0.0.0/8", "10.0.0.0/8"],
  ["macaddr", "08:00:2b:01:02:03", "08:00:2b:01:02:04", "08:00:2b:01:02:03"],
  ["bit(3)", "001", "010", "001"],
  ["varbit", "01", "1", "01"],
  ["mood", "low", "high", "low"],
  ["score", "1.5", "2.5", 1.5],
  ["integer[]", "{1,2}", "{2}", [1, 2]],
  ["text[]", '{a,"b c",NULL}', "{b}", ["a", "b c", null]],
  ["mood[]", "{low}", "{high}", ["low"]],
  ["int4range", "[1,3)", "[2,3)", "[1,3)"],
  ["daterange", "[2024-01-01,2024-02-01)", "[2025-01-01,2025-02-01)", "[2024-01-01,2024-02-01)"],
  ["tsvector", "'a'", "'b' 'c'", "'a'"],
  ["jsonb", '{"a": 1}', '{"b": 1}', { a: 1 }],
];

/** A value of this type PostgreSQL does not compare with a text of no type, nor does PostgREST. */
const COMPOSITE: TypeCase = ["pair", "(1,2)", "(2,1)", { x: 1, y: 2 }];

const ALL = [...ORDERED, COMPOSITE];
const TYPES = ALL.map(([type]) => type);
const tableOf = (type: string): string => `of_${TYPES.indexOf(type)}`;
const quotedValue = (value: string): string => `'${value.replaceAll("'", "''")}'`;

let database: TestDatabase;
let supabase: SupabaseClient;

beforeAll(async () => {
  const tables = ALL.map(
    ([type, low, high]) => `
      create table ${tableOf(type)} (id int primary key, v ${type});
      insert into ${tableOf(type)} values (1, ${quotedValue(low)}), (2, ${quotedValue(high)}), (3, null);`,
  );
  database = await testDatabase(`
    create type mood as enum ('low', 'high');
    create domain score as numeric check (value >= 0);
    create domain citext_like as varchar(20);
    create type pair as (x int, y int);
    ${tables.join("\n")}`);
  supabase = createClient(database.db, undefined, { watchSchema: false });
});

afterAll(() => database.close());

async function ids(
  call: PromiseLike<{ readonly data: unknown; readonly error: unknown }>,
): Promise<readonly number[]> {
  const { data, error } = await call;
  if (error !== null) throw new Error(JSON.stringify(error));
  return (data as { readonly id: number }[]).map(({ id }) => id);
}

describe("a value is read as PostgreSQL reads it for its column", () => {
  test.for(ORDERED)("%s", async ([type, low, , json]) => {
    const rows = () => supabase.from(tableOf(type)).select("id");
    expect(await ids(rows().eq("v", low))).toEqual([1]);
    expect(await ids(rows().neq("v", low))).toEqual([2]);
    expect(await ids(rows().isDistinct("v", low).order("id"))).toEqual([2, 3]);
    expect(await ids(rows().gt("v", low))).toEqual([2]);
    expect(await ids(rows().lte("v", low))).toEqual([1]);
    expect(await ids(rows().is("v", null))).toEqual([3]);
    expect(
      await ids(rows().or(`v.is.null,id.eq.2`).order("v", { ascending: false, nullsFirst: true })),
    ).toEqual([3, 2]);
    const { data } = await supabase.from(tableOf(type)).select("v").eq("id", 1).single();
    expect(data).toEqual({ v: json });
  });
});

describe("a list is read as a list of what its column holds", () => {
  test.for(ORDERED.filter(([type]) => !type.endsWith("[]")))("%s", async ([type, low, high]) => {
    const rows = () => supabase.from(tableOf(type)).select("id");
    expect(await ids(rows().in("v", [low, high]).order("id"))).toEqual([1, 2]);
    expect(await ids(rows().notIn("v", [high]))).toEqual([1]);
    expect(await ids(rows().filter("v", "eq(any)", "{}"))).toEqual([]);
  });

  test("there is no type of a list of arrays, for PostgREST neither", async () => {
    const { error } = await supabase.from(tableOf("text[]")).select("id").in("v", ["{b}"]);
    expect(error).toMatchObject({ code: "42704" });
  });
});

describe("what a read shows can be written back", () => {
  test.for(ALL)("%s", async ([type, , , json]) => {
    const table = supabase.from(tableOf(type));
    const inserted = await table.insert({ id: 4, v: json }).select("v").single();
    expect({ data: inserted.data, error: inserted.error }).toEqual({ data: { v: json }, error: null });
    const updated = await table.update({ v: json }).eq("id", 3).select("v").single();
    expect(updated.data).toEqual({ v: json });
    const merged = await table
      .upsert([
        { id: 4, v: null },
        { id: 5, v: json },
      ])
      .select("id, v")
      .order("id");
    expect(merged.data).toEqual([
      { id: 4, v: null },
      { id: 5, v: json },
    ]);
    expect((await table.update({ v: null }).eq("id", 3)).error).toBeNull();
    expect((await table.delete().gte("id", 4)).error).toBeNull();
  });
});

test("json has no equality in PostgreSQL, and says so", async () => {
  const bare = await testDatabase(
    "create table j (id int primary key, v json); insert into j values (1, '{\"a\":1}')",
  );
  const client = createClient(bare.db, undefined, { watchSchema: false });
  expect((await client.from("j").select("id").eq("v", "{}")).error).toMatchObject({ code: "42883" });
  expect((await client.from("j").select("id").eq("v->>a", 1)).data).toEqual([{ id: 1 }]);
  await bare.close();
});
