/**
 * The extensions of Amazon RDS for PostgreSQL 16 to 18. A server says it best itself: `show rds.extensions`, or
 * `pg_available_extensions` where a target is given; this list is for a plan made before there is one.
 *
 * Source: Amazon RDS for PostgreSQL release notes, "Extensions supported for RDS for PostgreSQL", as of 2026.
 */
const RDS_EXTENSIONS: ReadonlySet<string> = new Set(
  `address_standardizer address_standardizer_data_us amcheck autoinc aws_commons aws_lambda aws_s3 bloom bool_plperl btree_gin
  btree_gist citext cube dblink dict_int dict_xsyn earthdistance fuzzystrmatch h3 h3_postgis hll hstore hstore_plperl
  insert_username intagg intarray isn jsonb_plperl lo ltree moddatetime mysql_fdw oracle_fdw orafce pg_bigm pg_buffercache
  pg_cron pg_freespacemap pg_hint_plan pg_partman pg_prewarm pg_proctab pg_repack pg_similarity pg_stat_statements pg_tle
  pg_transport pg_trgm pg_visibility pg_walinspect pgactive pgaudit pgcrypto pglogical pgrouting pgrowlocks pgstattuple pgtap
  plperl plpgsql plprofiler plrust pltcl plv8 postgis postgis_raster postgis_tiger_geocoder postgis_topology postgres_fdw prefix
  rdkit rds_tools refint seg sslinfo tablefunc tcn tds_fdw test_parser tsm_system_rows tsm_system_time unaccent uuid-ossp vector`
    .split(/\s+/)
    .filter((name) => name !== ""),
);

/** What to do without an extension of Supabase's that RDS does not have. */
const WAYS_OUT: Readonly<Record<string, string>> = {
  hypopg: "It only helps in finding indexes: leave it.",
  index_advisor: "It only helps in finding indexes: leave it.",
  pg_graphql: "It serves Supabase's GraphQL endpoint: use the library's queries.",
  pg_hashids: "Compute the ids in the application, or write the function in PL/pgSQL.",
  pg_jsonschema: "Validate in the application (zod), or with check constraints.",
  pg_net: "Calls the web from SQL: use aws_lambda, or a queue table that the application works through.",
  pg_stat_monitor: "Use pg_stat_statements and Performance Insights.",
  pgjwt: "Verify tokens in the application; auth.jwt() of supabase-compat gives their claims.",
  pgmq: "Use a queue table with `for update skip locked`, or SQS.",
  pgroonga: "Use PostgreSQL's full-text search, or pg_bigm for Japanese and Chinese.",
  pgsodium: "Use encrypted columns of @offramp/db.",
  rum: "Use GIN.",
  supabase_vault: "Keep secrets in AWS Secrets Manager.",
  timescaledb: "Use partitions (pg_partman).",
  wrappers: "Use postgres_fdw and its like, or fetch in the application.",
};

/** Whether RDS has an extension; what a target says itself stands above the list. */
export function hasExtension(name: string, available?: ReadonlySet<string>): boolean {
  return available === undefined ? RDS_EXTENSIONS.has(name) : available.has(name) || name === "plpgsql";
}

/** What to do without an extension. */
export function extensionWayOut(name: string): string {
  return WAYS_OUT[name] ?? "Find what uses it, and do that in the application.";
}
