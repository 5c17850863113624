import { createClient } from "@offramp/supabase-shim";

import type { Database } from "./database.types.js";

const url = process.env["DATABASE_URL"];
if (!url) throw new Error("DATABASE_URL is not set");
const supabase = createClient<Database>(url, "service-role-key");

const since = new Date(Date.now() - 30 * 86_400_000).toISOString().slice(0, 10);

const days = await supabase.rpc("visits_per_day", { since, only_status: "seen" }).throwOnError();
for (const { day, visits } of days.data) console.log(`${day.padEnd(12)}${visits.toFixed(0).padStart(5)}`);

const { data: missed, error } = await supabase
  .rpc("visits_of", { patient: process.argv[2] ?? "" })
  .select("id, begins_at, profiles(full_name)")
  .eq("status", "missed")
  .order("begins_at", { ascending: false });
if (error) throw new Error(error.message, { cause: error });
for (const { id, begins_at, profiles } of missed) {
  console.log(`${id}  ${begins_at.slice(0, 10)}  ${profiles.full_name ?? "without a name"}`);
}

const open = await supabase.from("open_visits").select("begins_at.min(), id.count()").single();
if (open.data) console.log(`${open.data.count} open, the first ${open.data.min ?? "never"}`);

const { data: table } = await supabase.from("open_visits").select("id, begins_at, room").csv().throwOnError();
console.log(table);

let last = 0;
for (;;) {
  const { data: page } = await supabase
    .from("visits")
    .select("id, answers:questionnaire, smoker:questionnaire->smoker")
    .gt("id", last)
    .order("id")
    .limit(500)
    .throwOnError();
  for (const { id, smoker } of page) {
    if (smoker === true) console.log(`visit ${id} is of a smoker`);
    last = id;
  }
  if (page.length < 500) break;
}
