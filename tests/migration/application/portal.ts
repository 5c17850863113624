import { createClient } from "@supabase/supabase-js";
import type { Database } from "./database.types.ts";

/*
 * The clinic's patient portal, as its team wrote it for supabase-js: a server with the service role's key, and a public page with
 * the anon key, which sees what the policies let it. Nothing in it knows of a migration.
 */

const address = process.env["SUPABASE_URL"] ?? "";
const server = createClient<Database>(address, process.env["SUPABASE_SERVICE_ROLE_KEY"] ?? "");
const page = createClient<Database>(address, process.env["SUPABASE_ANON_KEY"] ?? "");

async function figures() {
  const patients = await server.from("profiles").select("*", { count: "exact", head: true });
  const fit = await server
    .from("metabolic_tests")
    .select("id, rmr, vo2_max, tags, patient:profiles!inner(mrn, clinic:clinics(name))")
    .eq("vo2_band", "low")
    .contains("tags", ["a,b"])
    .order("rmr", { ascending: false })
    .order("id")
    .limit(3)
    .throwOnError();
  const overview = await server.from("patient_overview").select("tests").order("id").limit(1).single();
  const forms = await server.from("Intake Forms").select("*").order("Form Id").limit(2);
  return { patients: patients.count, fit: fit.data, tests: overview.data?.tests, forms: forms.data };
}

async function chart(patient: string) {
  const tests = await server.rpc("tests_of", { patient, since: "2026-01-01" });
  const found = await server
    .from("reports")
    .select("id, report_type, test:metabolic_tests(rmr)", { count: "exact" })
    .textSearch("search", "metabolic & oxygen")
    .order("id")
    .limit(2);
  return { tests: tests.data?.length, found: found.count, reports: found.data };
}

/** What somebody sees and may do who has not signed in: the policies are at work. */
async function publicPage(patient: string) {
  const profiles = await page.from("profiles").select("id");
  const log = await page.from("audit_log").select("what").limit(1);
  const sent = await page.from("messages").insert({ sender: patient, body: "not mine" });
  return { profiles: profiles.data?.length, log: log.error?.code, sent: sent.error?.code };
}

async function write(patient: string) {
  const sent = await server
    .from("messages")
    .insert({ sender: patient, recipient: patient, body: "written by the portal" })
    .select("body, read")
    .single();
  const plan = await server
    .from("subscriptions")
    .update({ tier: "pro", reports_remaining: 12 })
    .eq("user_id", patient)
    .select("tier, reports_remaining");
  const medication = await server
    .from("medications")
    .upsert({ patient, name: "Metformin", started: "2026-11-01" }, { onConflict: "patient,name" })
    .select("name, started");
  return { sent: sent.data, plan: plan.data, medication: medication.data };
}

const patient = process.argv[2] ?? "";
const answers = {
  figures: await figures(),
  chart: await chart(patient),
  publicPage: await publicPage(patient),
  written: await write(patient),
};
console.log(JSON.stringify(answers));
// A server's pool stays open; this run of it ends here.
process.exit();
