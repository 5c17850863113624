import { createClient, type SupabaseClient } from "@offramp/supabase-shim";

import type { Database } from "@/database.types";

/** A client for one request, with the rights of the user who made it. */
export function supabaseFor(request: Request): SupabaseClient<Database> {
  const authorization = request.headers.get("authorization");
  return createClient<Database>(setting("SUPABASE_URL"), setting("SUPABASE_ANON_KEY"), {
    auth: { persistSession: false, autoRefreshToken: false },
    global: { headers: authorization ? { Authorization: authorization } : {} },
  });
}

function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}
