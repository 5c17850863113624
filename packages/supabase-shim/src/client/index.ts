export { PostgrestBuilder } from "./postgrest-builder.ts";
export { PostgrestClient } from "./postgrest-client.ts";
export { PostgrestError, type QueryError } from "./postgrest-error.ts";
export { PostgrestFilterBuilder } from "./postgrest-filter-builder.ts";
export { PostgrestQueryBuilder } from "./postgrest-query-builder.ts";
export { PostgrestTransformBuilder } from "./postgrest-transform-builder.ts";
export { SupabaseClient } from "./supabase-client.ts";
export { authMember } from "./auth-member.ts";
export type { RoleClaims } from "./checked-claims.ts";
export { durationOption } from "./duration.ts";
export type { ClientSettings } from "./client-settings.ts";
export { SharedHeaders } from "./shared-headers.ts";
export type { Call, ClientResult, Engine, Run, TransactionOptions } from "./engine.ts";
export { type OtherMembers, sessionTokenOf } from "./other-members.ts";
export type {
  PostgrestMaybeSingleResponse,
  PostgrestResponse,
  PostgrestResponseFailure,
  PostgrestResponseSuccess,
  PostgrestSingleResponse,
} from "./postgrest-response.ts";
