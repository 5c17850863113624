import { expect, test } from "vitest";

import { openEditor } from "../src/editor.ts";

const editor = openEditor();

const patients = ["email", "full_name", "id", "status"];
const visits = ["began_at", "id", "patient_id", "weight"];

test.each([
  ["tables and views", `supabase.from("|")`, ["patients", "visit_totals", "visits"]],
  ["tables of another schema", `supabase.schema("billing").from("|")`, ["invoices"]],
  ["schemas", `supabase.schema("|")`, ["billing", "public"]],
  ["functions", `supabase.rpc("|")`, ["count_visits", "recent_visits"]],
  ["arguments", `supabase.rpc("count_visits", { | })`, ["patient", "since"]],
  ["columns to insert", `supabase.from("visits").insert({ | })`, visits],
  ["columns to insert, in a list", `supabase.from("visits").insert([{ | }])`, visits],
  ["columns to update", `supabase.from("visits").update({ | })`, visits],
  ["columns of a key", `supabase.from("patients").upsert({ full_name: "" }, { onConflict: "|" })`, patients],
  ["columns in eq", `supabase.from("visits").select("id").eq("|", 1)`, visits],
  ["columns in is", `supabase.from("visits").select("id").is("|", null)`, visits],
  ["columns in in", `supabase.from("visits").select("id").in("|", [])`, visits],
  ["columns in not", `supabase.from("visits").select("id").not("|", "is", null)`, visits],
  ["columns in match", `supabase.from("visits").select("id").match({ | })`, visits],
  ["columns in order", `supabase.from("visits").select("id").order("|")`, visits],
  ["columns of a function's rows", `supabase.rpc("recent_visits", { days: 7 }).gt("|", 1)`, visits],
  [
    "columns of an embed in a filter",
    `supabase.from("visits").select("id, patients(id)").eq("patients.|", 1)`,
    patients.map((column) => `patients.${column}`),
  ],
  [
    "columns of an embed in order",
    `supabase.from("visits").select("id, patients(id)").order("|", { referencedTable: "patients" })`,
    patients,
  ],
  ["values of an enum", `supabase.from("patients").select("id").eq("status", "|")`, ["active", "discharged"]],
  [
    "values of an enum, in a list",
    `supabase.from("patients").select("id").in("status", ["|"])`,
    ["active", "discharged"],
  ],
  [
    "values of an enum to write",
    `supabase.from("patients").update({ status: "|" })`,
    ["active", "discharged"],
  ],
  [
    "what a row has",
    `const { data } = await supabase.from("visits").select("id, who:patients(full_name)"); data?.[0]?.|`,
    ["id", "who"],
  ],
  [
    "what an embed has",
    `const { data } = await supabase.from("visits").select("id, who:patients(full_name)"); data?.[0]?.who.|`,
    ["full_name"],
  ],
])("offers %s", (_name, code, names) => {
  expect(editor.completions(code).toSorted()).toEqual(names);
});

test("offers columns, the star and the count in a list of columns", () => {
  expect(editor.completions(`supabase.from("visits").select(["|"])`)).toEqual(
    expect.arrayContaining(["*", "count()", ...visits]),
  );
});

test("offers the operators of a filter, and each with not", () => {
  expect(editor.completions(`supabase.from("visits").select("id").filter("weight", "|", 1)`)).toEqual(
    expect.arrayContaining(["eq", "gte", "is", "in", "not.eq", "not.is"]),
  );
});

test("offers of a query what applications call, and nothing of its workings", () => {
  const offered = editor.completions(`supabase.from("visits").select("id").|`);
  expect(offered).toEqual(expect.arrayContaining(["eq", "order", "limit", "single", "then", "throwOnError"]));
  expect(offered.filter((name) => /^_|draft|settings|request|run/i.test(name))).toEqual([]);
});
