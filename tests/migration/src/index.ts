export { installPortal, type PortalApplication } from "./portal-application.ts";
export { INJECTED_SCHEMA_DIFFERENCES, type InjectedDifference } from "./injected-differences.ts";
export { olderPrograms } from "./older-server.ts";
export { type SupabaseSource, supabaseSource, type SupabaseSourceOptions } from "./supabase-source.ts";
