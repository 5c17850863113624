import { createClient } from "@offramp/supabase-shim";
import type { Database } from "./database.types.ts";

/*
 * The clinic's data access, written for supabase-js. The first import is the only line that was changed: the Database
 * is the file that `supabase gen types` writes.
 */

const supabase = createClient<Database>(process.env["SUPABASE_URL"] ?? "", process.env["SUPABASE_KEY"] ?? "");

export async function activePatients() {
  return supabase
    .from("profiles")
    .select("full_name, email, subscriptions!inner(tier, status)", { count: "exact" })
    .eq("subscriptions.status", "active")
    .order("full_name")
    .order("email")
    .limit(3);
}

export async function patientChart(patientId: string) {
  return supabase
    .from("profiles")
    .select(
      `full_name, date_of_birth,
       tests:metabolic_tests(test_date, vo2_max, rmr, reports(report_type, biological_age)),
       subscriptions(tier, reports_remaining)`,
    )
    .eq("id", patientId)
    .order("test_date", { referencedTable: "tests", ascending: false })
    .limit(2, { referencedTable: "tests" })
    .single();
}

export async function searchPatients(term: string, page: number) {
  const size = 4;
  return supabase
    .from("profiles")
    .select("full_name, email, date_of_birth", { count: "exact" })
    .or(`full_name.ilike.%${term}%,email.ilike.${term}%`)
    .order("full_name")
    .order("email")
    .range(page * size, page * size + size - 1);
}

export async function fittestPatients() {
  return supabase
    .from("metabolic_tests")
    .select("test_date, vo2_max, hard_zone:heart_rate_zones->hard, patient:profiles!inner(full_name)")
    .gte("vo2_max", 55)
    .gte("test_date", "2025-01-01")
    .order("vo2_max", { ascending: false })
    .order("test_date")
    .limit(3);
}

export async function countTestsSince(date: string) {
  return supabase.from("metabolic_tests").select("*", { count: "exact", head: true }).gte("test_date", date);
}

export async function recordTest(patientId: string) {
  return supabase
    .from("metabolic_tests")
    .insert({
      user_id: patientId,
      test_date: "2026-03-02",
      vo2_max: 47.25,
      rmr: 1620,
      rer: 0.84,
      heart_rate_zones: { easy: [92, 128], steady: [129, 156], hard: [157, 184] },
    })
    .select("test_date, vo2_max, rmr, profiles(full_name)")
    .single();
}

export async function upgradeSubscription(patientId: string) {
  return supabase
    .from("subscriptions")
    .update({ tier: "pro", reports_remaining: 12 })
    .eq("user_id", patientId)
    .select("tier, status, reports_remaining");
}

export async function savePatient(email: string, fullName: string) {
  return supabase
    .from("profiles")
    .upsert({ email, full_name: fullName }, { onConflict: "email" })
    .select("full_name, email")
    .single();
}

export async function registerPatient(email: string, fullName: string) {
  return supabase.from("profiles").insert({ email, full_name: fullName });
}

export async function deleteReport(reportId: string) {
  return supabase
    .from("reports")
    .delete()
    .eq("id", reportId)
    .select("report_type, biological_age, metabolic_tests(test_date)");
}

export async function latestReport(patientId: string) {
  return supabase
    .from("reports")
    .select("report_type, biological_age, created_at")
    .eq("user_id", patientId)
    .order("created_at", { ascending: false })
    .limit(1)
    .maybeSingle();
}

export async function bloodTypes() {
  // As a literal the compiler would refuse it: there is no such column.
  const columns: string = "full_name, blood_type";
  return supabase.from("profiles").select(columns);
}
