/**
 * What a copy keeps in the target, in schema `offramp`, until it is done and afterwards:
 *
 * - `copy_table`: which table goes where, from which database, under which transforms;
 * - `copy_chunk`: its parts. `done_at` is set in the transaction that wrote the part's rows, and `snapshot` says (as
 *   `pg_current_snapshot()` of the source) which transactions the part had seen;
 * - `copy_deferred`: what was taken off the tables to load them, as the SQL that puts it back;
 * - `copy_quarantine`: rows that the target refused. They hold values: only the owner may read it.
 */
export const CHECKPOINT_TABLES: string = `
create schema if not exists offramp;
create table if not exists offramp.copy_table (
  source_schema text not null,
  source_table text not null,
  target_schema text not null,
  target_table text not null,
  source_database text not null,
  fingerprint text not null,
  keyed boolean not null,
  planned_at timestamptz not null default now(),
  primary key (source_schema, source_table)
);
create table if not exists offramp.copy_chunk (
  id bigint generated always as identity primary key,
  source_schema text not null,
  source_table text not null,
  target_schema text not null,
  target_table text not null,
  leaf_schema text not null,
  leaf_table text not null,
  range_kind text not null check (range_kind in ('whole', 'key', 'pages')),
  key_column text,
  key_type text,
  from_key text,
  to_key text,
  rows_copied bigint,
  rows_filtered bigint,
  rows_quarantined bigint,
  bytes bigint,
  snapshot text,
  done_at timestamptz,
  foreign key (source_schema, source_table) references offramp.copy_table on delete cascade
);
create index if not exists copy_chunk_table on offramp.copy_chunk (source_schema, source_table);
create table if not exists offramp.copy_deferred (
  id bigint generated always as identity primary key,
  target_schema text not null,
  target_table text not null,
  phase integer not null,
  what text not null,
  sql text not null
);
create table if not exists offramp.copy_quarantine (
  id bigint generated always as identity primary key,
  source_schema text not null,
  source_table text not null,
  row_key text,
  reason text not null,
  columns text[] not null,
  line text not null,
  at timestamptz not null default now()
);
revoke all on offramp.copy_quarantine from public`;
