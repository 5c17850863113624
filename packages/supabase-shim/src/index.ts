export {
  type OtherMembers,
  PostgrestBuilder,
  PostgrestClient,
  PostgrestError,
  PostgrestFilterBuilder,
  type PostgrestMaybeSingleResponse,
  PostgrestQueryBuilder,
  type PostgrestResponse,
  type PostgrestResponseFailure,
  type PostgrestResponseSuccess,
  type PostgrestSingleResponse,
  PostgrestTransformBuilder,
  type RoleClaims,
  SupabaseClient,
  type TransactionOptions,
} from "./client/index.ts";
export { serviceRolePolicies, type ServiceRoleReport } from "./compat/service-role-policies.ts";
export { supabaseCompat } from "./compat/supabase-compat.ts";
export type { JsonWebKey, JsonWebKeySet, JwtConfig } from "./identity/index.ts";
export { createClient, type SupabaseClientOptions } from "./create-client.ts";
export { closeAll, type ClientTarget } from "./target/open-database.ts";
export type { SchemaObservation, SchemaSnapshot } from "./execute/index.ts";
export { type SnapshotOptions, writeSchemaSnapshot } from "./schema-snapshot.ts";
