import { ofExtension } from "./fragments.ts";

/** What {@link readCatalog} does not read, counted. */
export const notComparedSql = `
select what, count from (
  select 'extended statistics' as what, count(*) from pg_statistic_ext s join pg_namespace n on n.oid = s.stxnamespace where n.nspname = any($1)
  union all select 'text search configurations', count(*) from pg_ts_config t join pg_namespace n on n.oid = t.cfgnamespace
    where n.nspname = any($1) and not ${ofExtension("pg_ts_config", "t.oid")}
  union all select 'text search dictionaries', count(*) from pg_ts_dict t join pg_namespace n on n.oid = t.dictnamespace
    where n.nspname = any($1) and not ${ofExtension("pg_ts_dict", "t.oid")}
  union all select 'operators', count(*) from pg_operator o join pg_namespace n on n.oid = o.oprnamespace
    where n.nspname = any($1) and not ${ofExtension("pg_operator", "o.oid")}
  union all select 'collations', count(*) from pg_collation c join pg_namespace n on n.oid = c.collnamespace
    where n.nspname = any($1) and not ${ofExtension("pg_collation", "c.oid")}
  union all select 'casts', count(*) from pg_cast c where c.oid >= 16384 and not ${ofExtension("pg_cast", "c.oid")}
  union all select 'foreign servers', count(*) from pg_foreign_server
  union all select 'publications', count(*) from pg_publication
) o where count > 0 order by what`;
