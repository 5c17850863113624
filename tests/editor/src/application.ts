import { createClient, type SupabaseClient } from "@offramp/supabase-shim";
import type { ClinicDatabase } from "./clinic-database.ts";

/** The editor has this file open, and each test writes at its end. */
export const supabase: SupabaseClient<ClinicDatabase> = createClient<ClinicDatabase>(
  "postgres://localhost/clinic",
);
