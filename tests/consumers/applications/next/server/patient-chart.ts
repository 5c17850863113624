import type { QueryData, SupabaseClient } from "@offramp/supabase-shim";

import type { Database, Tables } from "@/database.types";

function chartQuery(supabase: SupabaseClient<Database>, id: string) {
  return supabase
    .from("profiles")
    .select(
      `
      id,
      name:full_name,
      visits ( id, begins_at, status, test:metabolic_tests ( test_date, vo2_max ) ),
      reports!inner ( id, report_type, created_at )
    `,
    )
    .eq("id", id)
    .order("begins_at", { referencedTable: "visits", ascending: false })
    .single();
}

/** What the page of one patient shows. */
export type PatientChart = QueryData<ReturnType<typeof chartQuery>>;

/** The newest visit first. */
export async function patientChart(
  supabase: SupabaseClient<Database>,
  id: string,
): Promise<PatientChart | null> {
  const { data, error } = await chartQuery(supabase, id);
  if (error) {
    if (error.code === "PGRST116") return null;
    throw new Error(`patientChart: ${error.message}`, { cause: error });
  }
  return data;
}

/** The line below the patient's name. */
export function subtitle({ name, visits, reports }: PatientChart): string {
  const [last] = visits;
  const status: Database["public"]["Enums"]["visit_status"] | undefined = last?.status;
  const capacity: number | null | undefined = last?.test?.vo2_max;
  return [name?.toUpperCase(), status, capacity?.toFixed(1), `${reports.length} reports`]
    .filter(Boolean)
    .join(" · ");
}

/** One page of visits that are booked, and how many there are. */
export async function waitingList(
  supabase: SupabaseClient<Database>,
  { page, search }: { page: number; search?: string | undefined },
): Promise<{ rows: Pick<Tables<"visits">, "id" | "begins_at" | "room">[]; total: number }> {
  let query = supabase
    .from("visits")
    .select("id, begins_at, room, profiles!inner(full_name)", { count: "exact" })
    .eq("status", "booked")
    .not("room", "is", null);
  if (search) query = query.ilike("profiles.full_name", `%${search}%`);
  const { data, count, error } = await query.order("begins_at").range(page * 20, page * 20 + 19);
  if (error) throw new Error(error.message, { cause: error });
  return { rows: data, total: count ?? 0 };
}
