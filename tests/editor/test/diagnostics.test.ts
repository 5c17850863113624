import { expect, test } from "vitest";

import { openEditor } from "../src/editor.ts";

const editor = openEditor();

test.each([
  ["an unknown column", "id, wieght", "column 'wieght' does not exist on 'visits'"],
  [
    "an unknown column of an embed",
    "id, patients(fullname)",
    "column 'fullname' does not exist on 'patients'",
  ],
  [
    "an unknown column in a spread",
    "id, ...patients(fullname)",
    "column 'fullname' does not exist on 'patients'",
  ],
  ["an unknown relation", "id, patient(full_name)", "'visits' has no relationship with 'patient'"],
  [
    "an unknown aggregate",
    "id, weight.total()",
    "'total' is no aggregate: there are count, sum, avg, min and max",
  ],
  ["an open parenthesis", "id, patients(full_name", "a parenthesis is not closed"],
  ["a comma too many", "id,", "a column is missing before or after a comma"],
  [
    "a name given twice",
    "id, patients(id), patients(full_name)",
    "'patients' is embedded twice: give one of them another name",
  ],
])("a select string with %s is underlined, and the message says so", (_name, select, words) => {
  const problems = editor.problems(`supabase.from("visits").select("${select}")`);
  expect(problems).toEqual([{ message: expect.stringContaining(words), underlined: `"${select}"` }]);
});

test.each([
  {
    name: "a table",
    code: `supabase.from("visit")`,
    underlined: `"visit"`,
    words: `"patients" | "visits" | "visit_totals"`,
  },
  {
    name: "a function",
    code: `supabase.rpc("count_visit")`,
    underlined: `"count_visit"`,
    words: `"count_visits" | "recent_visits"`,
  },
  {
    name: "an argument",
    code: `supabase.rpc("count_visits", { patent: 7 })`,
    underlined: "patent",
    words: "Did you mean to write 'patient'?",
  },
  {
    name: "a missing argument",
    code: `supabase.rpc("count_visits", {})`,
    underlined: "{}",
    words: "Property 'patient' is missing",
  },
  {
    name: "a column in a filter",
    code: `supabase.from("visits").select("id").eq("wieght", 70)`,
    underlined: `"wieght"`,
    words: `"id" | "patient_id" | "began_at" | "weight"`,
  },
  {
    name: "a column in match",
    code: `supabase.from("visits").select("id").match({ id: 7, wieght: 70 })`,
    underlined: "wieght",
    words: "there is no column 'wieght'",
  },
  {
    name: "a schema",
    code: `supabase.schema("biling")`,
    underlined: `"biling"`,
    words: `"public" | "billing"`,
  },
  {
    name: "a column of an embed in a filter",
    code: `supabase.from("visits").select("id, patients(id)").eq("patients.name", "")`,
    underlined: `"patients.name"`,
    words: `"patients.id" | "patients.full_name" | "patients.email" | "patients.status"`,
  },
  {
    name: "a column in order",
    code: `supabase.from("visits").select("id").order("wieght")`,
    underlined: `"wieght"`,
    words: `"id" | "patient_id" | "began_at" | "weight"`,
  },
  {
    name: "a column in a list of columns",
    code: `supabase.from("visits").select(["id", "wieght"])`,
    underlined: `"wieght"`,
    words: `column 'wieght' does not exist on 'visits'`,
  },
  {
    name: "a column to insert",
    code: `supabase.from("visits").insert({ patient_id: 7, wieght: 70 })`,
    underlined: "wieght",
    words: "there is no column 'wieght'",
  },
  {
    name: "a column to update",
    code: `supabase.from("visits").update({ wieght: 70 })`,
    underlined: "wieght",
    words: "write 'weight'",
  },
  {
    name: "a column that must be given",
    code: `supabase.from("visits").insert({ weight: 70 })`,
    underlined: "{ weight: 70 }",
    words: "Property 'patient_id' is missing",
  },
  {
    name: "a value of another type",
    code: `supabase.from("visits").select("id").eq("weight", "heavy")`,
    underlined: `"heavy"`,
    words: "number",
  },
  {
    name: "a column that the rows do not have",
    code: `const { data } = await supabase.from("visits").select("id"); data?.[0]?.weight`,
    underlined: "weight",
    words: "Property 'weight' does not exist on type '{ id: number; }'",
  },
  {
    name: "a result that may be null",
    code: `const { data } = await supabase.from("visits").select("id"); data.length`,
    underlined: "data",
    words: "'data' is possibly 'null'",
  },
])(
  "a wrong name or value is underlined, and the message says what fits: $name",
  ({ code, underlined, words }) => {
    expect(editor.problems(code)).toEqual([{ message: expect.stringContaining(words), underlined }]);
  },
);

test("nothing is underlined in code that is right", () => {
  expect(
    editor.problems(`
const { data, error } = await supabase
  .from("visits")
  .select("id, weight, patients!inner(full_name)")
  .eq("patients.status", "active")
  .gte("began_at", new Date(0).toISOString())
  .order("began_at", { ascending: false })
  .limit(20);
if (error) throw error;
export const names: string[] = data.map(({ patients }) => patients.full_name);
`),
  ).toEqual([]);
});
