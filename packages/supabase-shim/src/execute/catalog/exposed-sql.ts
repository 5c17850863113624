/**
 * The namespaces that `$1`, a JSON array of schema names, names: an array that is computed once, so that the
 * planner meets a plain index condition.
 */
export const EXPOSED_NAMESPACES = `array(
  select s.oid from pg_catalog.pg_namespace s
  where s.nspname in (select value from json_array_elements_text($1::text::json))
)`;

/** Domains by oid with the type below them, however many domains are in between. */
export const DOMAIN_BASES = `domains as (
  select t.oid, t.typbasetype as base from pg_catalog.pg_type t where t.typtype = 'd'
  union all
  select d.oid, t.typbasetype from domains d join pg_catalog.pg_type t on t.oid = d.base where t.typtype = 'd'
), domain_bases as (
  select d.oid, d.base from domains d join pg_catalog.pg_type t on t.oid = d.base where t.typtype <> 'd'
)`;
