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
  type QueryError,
  type RoleClaims,
  SupabaseClient,
  type TransactionOptions,
} from "./client/index.ts";
export type {
  AuthChangeEvent,
  AuthError,
  AuthResponse,
  EmailOtpType,
  Session,
  Session as AuthSession,
  User,
  User as AuthUser,
  UserIdentity,
  UserResponse,
} from "./types/auth.ts";
export type { DatabaseWithoutInternals } from "./types/database.ts";
export type { DatabaseOf } from "./types/drizzle/database-of.ts";
export type { Json } from "./types/json.ts";
export type { QueryData, QueryResult } from "./types/query-data.ts";
export type { RealtimeChannel, RealtimePostgresChangesPayload } from "./types/realtime.ts";
export type { SelectQueryError } from "./types/select-error.ts";
export { serviceRolePolicies, type ServiceRoleReport } from "./compat/service-role-policies.ts";
export { supabaseCompat } from "./compat/supabase-compat.ts";
export { supabaseCompatManifest } from "./compat/supabase-compat-manifest.ts";
export type { JsonWebKey, JsonWebKeySet, JwtConfig } from "./identity/index.ts";
export { createClient, type SupabaseClientOptions } from "./create-client.ts";
export { closeAll, type ClientTarget } from "./target/open-database.ts";
export type { AuditOptions } from "./audit-options.ts";
export type {
  AuditObservation,
  ClientObservation,
  SchemaObservation,
  SchemaSnapshot,
} from "./execute/index.ts";
export { type SnapshotOptions, writeSchemaSnapshot } from "./schema-snapshot.ts";
