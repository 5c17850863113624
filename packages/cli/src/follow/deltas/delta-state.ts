import type { Database, Queryable } from "@offramp/db";

/** A table of the source by its place. */
export interface DeltaPlace {
  readonly schema: string;
  readonly name: string;
}

/**
 * Makes the table in the target that remembers up to when each table was followed.
 *
 * SQL: `create schema if not exists offramp; create table if not exists offramp.follow_delta (…)`
 */
export async function prepareDeltas(target: Database): Promise<void> {
  await target.query({
    text: `create schema if not exists offramp;
      create table if not exists offramp.follow_delta (
        source_schema text not null,
        source_table text not null,
        seen timestamptz not null,
        primary key (source_schema, source_table)
      );
      comment on table offramp.follow_delta is 'Up to when offramp follow --deltas has taken changed rows from the source';`,
    script: true,
  });
}

/** The moment up to which a table was followed, as PostgreSQL writes it; undefined where it never was. */
export async function readSeen(target: Queryable, { schema, name }: DeltaPlace): Promise<string | undefined> {
  const [row] = await target.query({
    text: "select seen::text as seen from offramp.follow_delta where source_schema = $1 and source_table = $2",
    values: [schema, name],
  });
  return row?.["seen"] ?? undefined;
}

/** Remembers that everything before `seen` was taken. */
export async function storeSeen(
  target: Queryable,
  { schema, name }: DeltaPlace,
  seen: string,
): Promise<void> {
  await target.query({
    text: `insert into offramp.follow_delta (source_schema, source_table, seen) values ($1, $2, $3::timestamptz)
      on conflict (source_schema, source_table) do update set seen = excluded.seen`,
    values: [schema, name, seen],
  });
}
