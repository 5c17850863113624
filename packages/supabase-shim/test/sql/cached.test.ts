import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect, type Database } from "@offramp/db";
import { createClient, type SupabaseClient } from "../../src/index.ts";
import { HOSPITAL } from "../hospital.ts";
import { logStatements } from "../statement-log.ts";
import { testDatabase, type TestDatabase } from "../test-database.ts";

/** A call that is made with two sets of values. */
type Call<V> = (db: SupabaseClient, values: V) => PromiseLike<unknown>;

function of<V>(name: string, values: readonly [V, V], call: Call<V>) {
  return {
    name,
    first: (db: SupabaseClient) => call(db, values[0]),
    second: (db: SupabaseClient) => call(db, values[1]),
  };
}

const CALLS = [
  of("eq", ["Ada", "Ben"], (db, name) => db.from("doctors").select().eq("name", name)),
  of("no match, then one", ["Nobody", `D. "O'Neil", MD`], (db, name) =>
    db.from("doctors").select("id").eq("name", name),
  ),
  of("lists of other lengths", [[1], [1, 2, 3]], (db, ids) =>
    db.from("doctors").select("id").in("id", ids).order("id"),
  ),
  of("no list, then some", [[], [2]], (db, ids) => db.from("doctors").select("id").in("id", ids)),
  of("patterns", [["A%"], ["B*", "C*"]], (db, patterns) =>
    db.from("doctors").select("id").likeAnyOf("name", patterns).order("id"),
  ),
  of("or", [1, 3], (db, grade) =>
    db.from("doctors").select("id").or(`grade.eq.${grade},grade.is.null`).order("id"),
  ),
  of("a path's value", ["2", "9"], (db, floor) =>
    db.from("doctors").select("id").eq("profile->office->>floor", floor),
  ),
  of("JSON", [["de"], ["en", "fr"]], (db, langs) =>
    db.from("doctors").select("id").contains("profile->langs", langs),
  ),
  of("text search", ["bone", "heart"], (db, word) =>
    db.from("doctors").select("id").textSearch("bio", word, { config: "english" }),
  ),
  of("the language of a text search", ["english", "simple"], (db, config) =>
    db.from("doctors").select("id").textSearch("bio", "repairs", { config }),
  ),
  of("pages", [1, 2], (db, page) =>
    db
      .from("doctors")
      .select("id", { count: "exact" })
      .order("id")
      .range(page, page + 1),
  ),
  of("limits", [1, 3], (db, limit) => db.from("doctors").select("id").order("id").limit(limit)),
  of("a page past the end", [0, 9], (db, from) =>
    db
      .from("doctors")
      .select("id", { count: "exact" })
      .order("id")
      .range(from + 1, from + 2),
  ),
  of("embeds", ["Pia", "Ria"], (db, name) =>
    db.from("doctors").select("id, clinics(name), patients!inner(name)").eq("patients.name", name),
  ),
  of("limits inside", [1, 2], (db, limit) =>
    db
      .from("clinics")
      .select("name, doctors(name)")
      .order("id")
      .order("id", { referencedTable: "doctors" })
      .limit(limit, { referencedTable: "doctors" }),
  ),
  of("spreads and aggregates", [0, 35], (db, age) =>
    db.from("patients").select("...doctors(name), age.sum(), count()").gt("age", age).order("doctors(name)"),
  ),
  of("single: none, then one", [99, 1], (db, id) => db.from("doctors").select("id").eq("id", id).single()),
  of("single: one, then none", [1, 99], (db, id) => db.from("doctors").select("id").eq("id", id).single()),
  of("maybeSingle", [99, 1], (db, id) => db.from("doctors").select("id").eq("id", id).maybeSingle()),
  of("csv", [1, 4], (db, id) => db.from("doctors").select("id, name").eq("id", id).csv()),
  of("head", [0, 2], (db, grade) =>
    db.from("doctors").select("*", { head: true, count: "exact" }).gt("grade", grade),
  ),
  of("a value of the wrong type, then a right one", ["x", "1"], (db, id) =>
    db.from("doctors").select("id").eq("id", id),
  ),
  of("a right value, then one of the wrong type", ["1", "x"], (db, id) =>
    db.from("doctors").select("id").eq("id", id),
  ),
  of("a view", [1, 4], (db, id) => db.from("busy_doctors").select("doctor").eq("id", id)),
  of(
    "insert",
    [
      { id: 50, name: "A" },
      { id: 51, name: `"'\\` },
    ],
    (db, row) => db.from("rooms").insert(row).select().rollback(),
  ),
  of(
    "insert that collides",
    [
      { id: 50, name: "A" },
      { id: 10, name: "B" },
    ],
    (db, row) => db.from("rooms").insert(row).select().rollback(),
  ),
  of(
    "lists of rows",
    [
      [{ id: 50, name: "A" }],
      [
        { id: 51, name: "B" },
        { id: 52, name: "C" },
      ],
    ],
    (db, rows) => db.from("rooms").insert(rows, { count: "exact" }).select().rollback(),
  ),
  of(
    "upsert: new, then there",
    [
      { id: 50, name: "A" },
      { id: 10, name: "B" },
    ],
    (db, row) => db.from("rooms").upsert(row).select().rollback(),
  ),
  of(
    "upsert: there, then new",
    [
      { id: 10, name: "A" },
      { id: 50, name: "B" },
    ],
    (db, row) => db.from("rooms").upsert(row).select().rollback(),
  ),
  of("update", [1, 2], (db, id) =>
    db.from("patients").update({ age: id }).eq("id", id).select("id, age").rollback(),
  ),
  of("delete", [1, 2], (db, id) => db.from("patients").delete({ count: "exact" }).lte("id", id).rollback()),
  of("maxAffected", [1, 3], (db, id) => db.from("patients").delete().lte("id", id).maxAffected(2).rollback()),
  of(
    "functions",
    [
      { a: 1, b: 2 },
      { a: -5, b: 7 },
    ],
    (db, args) => db.rpc("add", args),
  ),
  of(
    "functions by GET",
    [
      { a: 1, b: 2 },
      { a: -5, b: 7 },
    ],
    (db, args) => db.rpc("add", args, { get: true }),
  ),
  of("rows of functions", [1, 2], (db, clinic) =>
    db.rpc("doctors_of", { clinic }).select("name, patients(name)").order("name"),
  ),
] as const;

let database: TestDatabase;
let other: Database;
/** Knows every shape after the first call, and has it prepared after the third. */
let warm: SupabaseClient;
/** Makes each call once. */
let cold: SupabaseClient;
let sent: ReturnType<typeof logStatements>;

beforeAll(async () => {
  database = await testDatabase(HOSPITAL, { max: 1 });
  sent = logStatements(database.db);
  warm = createClient(sent.database);
  other = connect({ url: database.url, max: 1 });
  cold = createClient(other);
});

afterAll(async () => {
  await other.close();
  await database.close();
});

describe("a shape's answers are the same planned, from the cache and prepared", () => {
  test.each(CALLS)("$name", async ({ first, second }) => {
    await first(warm);
    const fromCache = await second(warm);
    const again = await second(warm);
    sent.take();
    const prepared = await second(warm);
    const statements = sent.take();
    const planned = await second(cold);
    expect(fromCache).toEqual(planned);
    expect(again).toEqual(planned);
    expect(prepared).toEqual(planned);
    expect(statements.filter(({ prepare }) => prepare)).toHaveLength(1);
  });
});
