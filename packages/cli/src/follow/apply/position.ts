import type { Database, Queryable } from "@offramp/db";

import { formatLsn, type Lsn, parseLsn } from "../lsn.ts";

/**
 * Makes the table in the target that remembers how far a slot was followed.
 *
 * SQL: `create schema if not exists offramp; create table if not exists offramp.follow_position (…)`
 */
export async function preparePosition(target: Database): Promise<void> {
  await target.query({
    text: `create schema if not exists offramp;
      create table if not exists offramp.follow_position (
        slot text primary key,
        lsn pg_lsn not null,
        applied_at timestamptz not null default now(),
        changes bigint not null default 0
      );
      comment on table offramp.follow_position is 'How far offramp follow has applied the log of the source, in the transaction that applied it';`,
    script: true,
  });
}

/** How far a slot was followed, or undefined where it never was. */
export async function readPosition(target: Queryable, slot: string): Promise<Lsn | undefined> {
  const [row] = await target.query({
    text: "select lsn::text as lsn from offramp.follow_position where slot = $1",
    values: [slot],
  });
  return typeof row?.["lsn"] === "string" ? parseLsn(row["lsn"]) : undefined;
}

/** Remembers a position, in the transaction that applied what lies before it. It never goes back. */
export async function storePosition(
  target: Queryable,
  slot: string,
  reached: { readonly lsn: Lsn; readonly changes: number },
): Promise<void> {
  await target.query({
    text: `insert into offramp.follow_position as known (slot, lsn, changes) values ($1, $2::pg_lsn, $3::bigint)
      on conflict (slot) do update set lsn = greatest(known.lsn, excluded.lsn), applied_at = now(), changes = known.changes + excluded.changes`,
    values: [slot, formatLsn(reached.lsn), String(reached.changes)],
  });
}
