import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createClient, type SupabaseClient } from "../../src/index.ts";
import { testDatabase, type TestDatabase } from "../test-database.ts";

let database: TestDatabase;
let supabase: SupabaseClient;

/** Each was taken apart, or changed, by a list written into a URL. */
const HOSTILE = [
  "a,b",
  'say "hi"',
  "back\\slash",
  "{brace}",
  "(paren)",
  "line\nbreak",
  "ünï👩‍⚕️",
  "null",
  "",
  " ",
];

beforeAll(async () => {
  database = await testDatabase(`
    create table notes (id int primary key, body text, tags text[], labels jsonb, at timestamptz);
    create function bodies(wanted text[]) returns setof text stable language sql as
      'select body from notes where body = any (wanted) order by id';`);
  supabase = createClient(database.db, undefined, { watchSchema: false });
  await supabase
    .from("notes")
    .insert(
      HOSTILE.map((text, id) => ({
        id,
        body: text,
        tags: [text, "common"],
        labels: [text, 7],
        at: new Date(0),
      })),
    )
    .throwOnError();
});

afterAll(() => database.close());

const ids = (answer: { data: { id: number }[] | null; error: unknown }): unknown =>
  answer.error ?? answer.data?.map(({ id }) => id);

describe("values are exact, whatever they contain", () => {
  test.each(HOSTILE.map((text, id) => [JSON.stringify(text), text, id] as const))(
    "%s",
    async (_, text, id) => {
      const notes = () => supabase.from("notes").select("id").order("id");
      expect(ids(await notes().eq("body", text))).toEqual([id]);
      expect(ids(await notes().in("body", [text]))).toEqual([id]);
      expect(ids(await notes().contains("tags", [text]))).toEqual([id]);
      expect(ids(await notes().containedBy("tags", [text, "common"]))).toEqual([id]);
      expect(ids(await notes().overlaps("tags", [text]))).toEqual([id]);
      expect((await supabase.rpc("bodies", { wanted: [text] })).data).toEqual([text]);
      expect((await supabase.rpc("bodies", { wanted: [text] }, { get: true })).data).toEqual([text]);
      const escaped = text.replaceAll(/[\\%_]/g, String.raw`\$&`);
      expect(ids(await notes().likeAnyOf("body", [escaped]))).toEqual([id]);
    },
  );

  test("in all of them at once, and in none", async () => {
    const notes = () => supabase.from("notes").select("id").order("id");
    const all = HOSTILE.map((_, id) => id);
    expect(ids(await notes().in("body", HOSTILE))).toEqual(all);
    expect(ids(await notes().notIn("body", HOSTILE))).toEqual([]);
    expect(ids(await notes().overlaps("tags", HOSTILE))).toEqual(all);
    expect((await supabase.rpc("bodies", { wanted: HOSTILE })).data).toEqual(HOSTILE);
  });
});

test("a list asked of a jsonb column is a JSON list, where supabase-js writes an array that is no JSON", async () => {
  for (const [id, text] of HOSTILE.entries()) {
    expect(ids(await supabase.from("notes").select("id").contains("labels", [text]))).toEqual([id]);
    expect(ids(await supabase.from("notes").select("id").containedBy("labels", [text, 7, 8]))).toEqual([id]);
  }
  expect(ids(await supabase.from("notes").select("id").contains("labels", [7]).limit(1))).toEqual([0]);
});

test("a Date is ISO 8601 in a filter, a list, a payload and an argument", async () => {
  const notes = () => supabase.from("notes").select("id").limit(1).order("id");
  expect(ids(await notes().eq("at", new Date(0)))).toEqual([0]);
  expect(ids(await notes().in("at", [new Date(0)]))).toEqual([0]);
  expect(ids(await notes().gt("at", new Date(1)))).toEqual([]);
});

test("null is a value for isDistinct", async () => {
  const all = HOSTILE.map((_, id) => id);
  expect(ids(await supabase.from("notes").select("id").isDistinct("body", null).order("id"))).toEqual(all);
});

test("undefined in a filter is an error", async () => {
  const { data, error } = await supabase.from("notes").select("id").eq("body", undefined);
  expect({ data, code: error?.code }).toEqual({ data: null, code: "OFF003" });
});

test("a failed head call has its error", async () => {
  const { data, error, status } = await supabase.from("nowhere").select("*", { head: true, count: "exact" });
  expect({ data, status, code: error?.code }).toEqual({ data: null, status: 404, code: "PGRST205" });
  expect(error?.message).toContain("nowhere");
});
