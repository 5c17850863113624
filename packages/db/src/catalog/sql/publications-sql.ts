import { otherOwner } from "./fragments.ts";

/** What is published to subscribers, and of which tables, columns and rows. A publication has no schema. */
export const publicationsSql = `
select 'publication' as kind, null as schema, null as parent, p.pubname as name, null as on_kind, null as column_name,
  jsonb_build_object(
    'owner', ${otherOwner("p.pubowner")},
    'all tables', p.puballtables,
    'schemas', (select coalesce(jsonb_agg(n.nspname order by n.nspname), '[]')
      from pg_publication_namespace pn join pg_namespace n on n.oid = pn.pnnspid where pn.pnpubid = p.oid),
    'tables', (
      select coalesce(jsonb_agg(t.published order by t.published), '[]') from (
        select format('%I.%I', n.nspname, c.relname)
          || coalesce((select ' (' || string_agg(quote_ident(a.attname), ', ' order by a.attnum) || ')' from pg_attribute a
            where a.attrelid = c.oid and pr.prattrs is not null and a.attnum = any(pr.prattrs::int2[])), '')
          || coalesce(' where ' || case when w.filter like '(%' then w.filter else '(' || w.filter || ')' end, '') as published
        from pg_publication_rel pr join pg_class c on c.oid = pr.prrelid join pg_namespace n on n.oid = c.relnamespace
        cross join lateral (select pg_get_expr(pr.prqual, pr.prrelid) as filter) w
        where pr.prpubid = p.oid) t),
    'operations', (select coalesce(jsonb_agg(o.name order by o.name), '[]') from (values
      ('insert', p.pubinsert), ('update', p.pubupdate), ('delete', p.pubdelete), ('truncate', p.pubtruncate)) o(name, published)
      where o.published),
    'via root', p.pubviaroot
  ) as properties, null as definition
from pg_publication p where $1::text[] is not null`;
