import { expect, test } from "vitest";

import { openEditor } from "../src/editor.ts";

const editor = openEditor();

/** On one line, however the editor breaks it. */
function hover(code: string): string {
  return editor.hover(code).replaceAll(/\s+/g, " ");
}

test.each([
  [
    "rows of some columns",
    `const { |data } = await supabase.from("visits").select("id, weight");`,
    "const data: { id: number; weight: number | null; }[] | null",
  ],
  [
    "rows of all columns",
    `const { |data } = await supabase.from("visits").select().limit(3);`,
    "const data: { id: number; patient_id: number; began_at: string; weight: number | null; }[] | null",
  ],
  [
    "one row with an embed",
    `const { |data } = await supabase.from("visits").select("patients(full_name, status)").single();`,
    "const data: { patients: { full_name: string; status: PatientStatus; }; } | null",
  ],
  [
    "an embed of many, under another name",
    `const { |data } = await supabase.from("patients").select("stays:visits(weight)");`,
    "const data: { stays: { weight: number | null; }[]; }[] | null",
  ],
  [
    "an aggregate",
    `const { |data } = await supabase.from("visits").select("patient_id, weight.avg()");`,
    "const data: { patient_id: number; avg: number | null; }[] | null",
  ],
  [
    "what throwOnError leaves",
    `const { |data } = await supabase.from("visits").select("id").throwOnError();`,
    "const data: { id: number; }[]",
  ],
  [
    "a row that a filter narrowed",
    `(await supabase.from("visits").select("weight").not("weight", "is", null)).data?.map((|visit) => visit);`,
    "(parameter) visit: { weight: number; }",
  ],
  [
    "a function's value",
    `const { |data } = await supabase.rpc("count_visits", { patient: 7 });`,
    "const data: number | null",
  ],
  [
    "some columns of a function's rows",
    `const { |data } = await supabase.rpc("recent_visits", { days: 7 }).select("id");`,
    "const data: { id: number; }[] | null",
  ],
  [
    "the type of a query's data",
    `import type { QueryData } from "@offramp/supabase-shim"; const query = supabase.from("visits").select("id, weight"); type |Visits = QueryData<typeof query>;`,
    "type Visits = { id: number; weight: number | null; }[]",
  ],
  [
    "a write that asks for no rows",
    `const |answer = await supabase.from("visits").insert({ patient_id: 7 });`,
    "const answer: PostgrestSingleResponse<null>",
  ],
])("shows %s as it is", (_name, code, shown) => {
  expect(hover(code)).toBe(shown);
});

test("shows what a method does, with the SQL that it stands for", () => {
  expect(hover(`supabase.from("visits").select("id").|eq("id", 7)`)).toContain("`column = value`");
});
