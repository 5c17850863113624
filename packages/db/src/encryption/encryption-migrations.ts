import { migration } from "../migrate/make-migration.ts";
import type { MigrationSource } from "../migrate/migration.ts";

/**
 * The tables of the encryption, in schema `offramp`: the wrapped data keys, which columns are encrypted, and how far jobs
 * have come. Put it before the migrations of the tables. Everyone may read which columns are encrypted, as everyone may
 * read the catalog; for the wrapped keys there is {@link grantKeyReader}.
 *
 * @example
 * import { connect, migrate } from "@offramp/db";
 * import { encryptionMigrations } from "@offramp/db/encryption";
 *
 * await migrate(connect(), [encryptionMigrations]);
 */
export const encryptionMigrations: MigrationSource = {
  name: "encryption",
  migrations: () => [
    migration("0000_encryption", [
      `create schema if not exists offramp`,
      `create table offramp.data_key (
  name text not null check (name ~ '^[a-z0-9][a-z0-9_.-]{0,62}$'),
  version integer not null check (version > 0),
  wrapped bytea not null,
  wrapped_by text not null,
  active_from timestamptz not null,
  created_at timestamptz not null default now(),
  primary key (name, version)
)`,
      `create table offramp.encrypted_column (
  table_schema text not null,
  table_name text not null,
  column_name text not null,
  key_name text not null,
  value_type text not null,
  searchable boolean not null,
  row_key text[] not null,
  primary key (table_schema, table_name, column_name)
)`,
      `create table offramp.encryption_job (
  job text primary key,
  checkpoint text[],
  rows_seen bigint not null default 0,
  rows_written bigint not null default 0,
  started_at timestamptz not null default now(),
  moved_at timestamptz not null default now(),
  finished_at timestamptz
)`,
      `revoke all on offramp.data_key, offramp.encryption_job from public`,
      `grant usage on schema offramp to public`,
      `grant select on offramp.encrypted_column to public`,
    ]),
  ],
};
