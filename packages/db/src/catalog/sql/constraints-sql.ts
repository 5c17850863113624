import { ofExtension } from "./fragments.ts";

/**
 * Constraints of tables and domains. NOT NULL is the column's, also on PostgreSQL 18, which has a constraint for it. What
 * a partition has from its parent is the parent's.
 */
export const constraintsSql = `
select 'constraint' as kind, n.nspname as schema, coalesce(c.relname, t.typname) as parent, k.conname as name,
  null as on_kind, null as column_name,
  jsonb_build_object(
    'of domain', k.contypid <> 0,
    'type', case k.contype when 'c' then 'check' when 'f' then 'foreign key' when 'p' then 'primary key'
      when 'u' then 'unique' else 'exclude' end,
    'definition', case
      when k.contype = 'f' then substring(k.def from '^FOREIGN KEY \\(.*?\\) REFERENCES .*?\\([^)]*\\)(?: MATCH FULL)?')
      when k.contype = 'c' then regexp_replace(k.def, '( NO INHERIT)?( NOT ENFORCED)?( NOT VALID)?$', '')
      else regexp_replace(k.def, ' DEFERRABLE( INITIALLY DEFERRED)?$', '') end,
    'on delete', case when k.contype = 'f' then
      coalesce(substring(k.def from ' ON DELETE ((?:CASCADE|RESTRICT|SET NULL|SET DEFAULT)(?: \\([^)]*\\))?)'), 'NO ACTION') end,
    'on update', case when k.contype = 'f' then
      coalesce(substring(k.def from ' ON UPDATE ((?:CASCADE|RESTRICT|SET NULL|SET DEFAULT))'), 'NO ACTION') end,
    'deferrable', case when k.condeferred then 'initially deferred' when k.condeferrable then 'initially immediate' else 'no' end,
    'valid', k.convalidated,
    'enforced', coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true),
    'inherited', case when k.contype = 'c' then not k.connoinherit end,
    'index valid', i.indisvalid,
    'comment', obj_description(k.oid, 'pg_constraint')
  ) as properties, null as definition
from (select *, pg_get_constraintdef(oid) as def from pg_constraint) k
left join pg_class c on c.oid = k.conrelid
left join pg_type t on t.oid = k.contypid and k.contypid <> 0
join pg_namespace n on n.oid = k.connamespace
left join pg_index i on i.indexrelid = k.conindid and k.contype in ('p', 'u', 'x')
where n.nspname = any($1) and k.contype in ('c', 'f', 'p', 'u', 'x')
  and k.conparentid = 0 and k.coninhcount = 0
  and not ${ofExtension("pg_class", "k.conrelid")} and not ${ofExtension("pg_type", "k.contypid")}`;

/** Indexes that no constraint made and that are no part of a partitioned one. */
export const indexesSql = `
select 'index' as kind, n.nspname as schema, t.relname as parent, c.relname as name, null as on_kind, null as column_name,
  jsonb_build_object(
    'method', am.amname,
    'unique', i.indisunique,
    'nulls not distinct', coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false),
    'columns', (
      select jsonb_agg(
        pg_get_indexdef(i.indexrelid, k.n, false)
        || case when co.oid is null then '' else format(' collate %I.%I', cn.nspname, co.collname) end
        || case when oc.opcdefault and ia.attoptions is null then '' else format(' %I.%I', onn.nspname, oc.opcname) end
        || case when ia.attoptions is null then '' else format(' (%s)', array_to_string(ia.attoptions, ', ')) end
        || case when not pg_indexam_has_property(am.oid, 'can_order') then ''
             when (i.indoption[k.n - 1] & 1) = 0 then case when (i.indoption[k.n - 1] & 2) = 0 then '' else ' nulls first' end
             when (i.indoption[k.n - 1] & 2) = 0 then ' desc nulls last' else ' desc' end
        order by k.n)
      from generate_series(1, i.indnkeyatts) as k(n)
      join pg_attribute ia on ia.attrelid = i.indexrelid and ia.attnum = k.n
      join pg_opclass oc on oc.oid = i.indclass[k.n - 1] join pg_namespace onn on onn.oid = oc.opcnamespace
      left join pg_attribute ta on ta.attrelid = i.indrelid and ta.attnum = i.indkey[k.n - 1] and i.indkey[k.n - 1] <> 0
      left join pg_type ty on ty.oid = ia.atttypid
      left join pg_collation co on co.oid = i.indcollation[k.n - 1]
        and co.oid <> coalesce(nullif(ta.attcollation, 0), ty.typcollation)
      left join pg_namespace cn on cn.oid = co.collnamespace),
    'include', (
      select jsonb_agg(pg_get_indexdef(i.indexrelid, k.n, false) order by k.n)
      from generate_series(i.indnkeyatts + 1, i.indnatts) as k(n)),
    'predicate', pg_get_expr(i.indpred, i.indrelid),
    'valid', i.indisvalid,
    'storage parameters', (select jsonb_agg(o order by o) from unnest(c.reloptions) o),
    'comment', obj_description(c.oid, 'pg_class')
  ) as properties, null as definition
from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
join pg_namespace n on n.oid = c.relnamespace join pg_am am on am.oid = c.relam
where n.nspname = any($1) and not ${ofExtension("pg_class", "t.oid")}
  and not exists (select from pg_constraint k where k.conindid = c.oid and k.contype in ('p', 'u', 'x'))
  and not exists (select from pg_inherits h where h.inhrelid = c.oid)`;
