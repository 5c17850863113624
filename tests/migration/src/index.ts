export { olderPrograms } from "./older-server.ts";
export { type SupabaseSource, supabaseSource, type SupabaseSourceOptions } from "./supabase-source.ts";
