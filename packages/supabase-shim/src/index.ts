export {
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
  SupabaseClient,
} from "./client/index.ts";
export { createClient, type SupabaseClientOptions } from "./create-client.ts";
export { closeAll, type ClientTarget } from "./target/open-database.ts";
