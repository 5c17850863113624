import type { Database, Row } from "@offramp/db";

import { formatLsn, type Lsn, parseLsn } from "../lsn.ts";

/** A logical replication slot, as the source's catalog has it. */
export interface SlotState {
  readonly name: string;
  /** Everything before it may be forgotten by the source. */
  readonly confirmed: Lsn;
  /** Bytes of log that the source keeps for this slot. */
  readonly retainedBytes: number;
  /** `lost`: the source has dropped what the slot needs, and the copy has to begin again. */
  readonly status: "reserved" | "extended" | "unreserved" | "lost";
}

/**
 * Makes a slot for `pgoutput`, from this moment on, and says where it begins.
 *
 * SQL: `select lsn from pg_create_logical_replication_slot($1, 'pgoutput')`
 *
 * @throws {ServerError} 42501: the role may not replicate; 55000: `wal_level` is not `logical`; 53400: no slot is free.
 */
export async function createSlot(source: Database, name: string): Promise<Lsn> {
  const [row] = await source.query({
    text: "select lsn::text as lsn from pg_create_logical_replication_slot($1, 'pgoutput')",
    values: [name],
  });
  return parseLsn(textOf(row, "lsn"));
}

/** The slot of that name in this database, or undefined. */
export async function readSlot(source: Database, name: string): Promise<SlotState | undefined> {
  const [row] = await source.query({
    text: `select confirmed_flush_lsn::text as confirmed, wal_status,
        (pg_current_wal_lsn() - restart_lsn)::text as retained
      from pg_replication_slots
      where slot_name = $1 and database = current_database() and plugin = 'pgoutput'`,
    values: [name],
  });
  if (row === undefined) return undefined;
  return {
    name,
    confirmed: parseLsn(textOf(row, "confirmed")),
    retainedBytes: Number(row["retained"] ?? 0),
    status: (row["wal_status"] ?? "lost") as SlotState["status"],
  };
}

/** Lets the source forget what lies before `lsn`. Only after the target has committed it. */
export async function advanceSlot(source: Database, name: string, lsn: Lsn): Promise<void> {
  await source.query({
    text: "select pg_replication_slot_advance($1, $2::pg_lsn)",
    values: [name, formatLsn(lsn)],
  });
}

/** Removes the slot, so that the source keeps no log for it. Nothing happens where there is none. */
export async function dropSlot(source: Database, name: string): Promise<void> {
  await source.query({
    text: "select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = $1",
    values: [name],
  });
}

/** How far the source has written, and certainly stored, its log. */
export async function flushedLsn(source: Database): Promise<Lsn> {
  const [row] = await source.query({ text: "select pg_current_wal_flush_lsn()::text as lsn" });
  return parseLsn(textOf(row, "lsn"));
}

function textOf(row: Row | undefined, name: string): string {
  const text = row?.[name];
  if (typeof text !== "string") throw new Error(`the source gave no ${name} for its replication slot`);
  return text;
}
