import { type Database, ServerError } from "@offramp/db";

import type { Lsn } from "./lsn.ts";
import { publish, type PublishedTable, unpublish } from "./slot/publication.ts";
import { createSlot, dropSlot, readSlot } from "./slot/replication-slot.ts";

/** The names under which a migration's changes are kept on the source. */
export interface FollowNames {
  readonly slot: string;
  readonly publication: string;
}

/** The names that are used unless the configuration has others. */
export const FOLLOW_NAMES: FollowNames = { slot: "offramp", publication: "offramp" };

/**
 * Lets the source keep every change from now on, for these tables. Call it before the snapshot of the copy is taken: what
 * happens between the two is in both, and `follow` knows which transactions the copy has seen.
 *
 * Logging whole rows, of tables without a key or with a transform, makes the source's log larger.
 *
 * @returns where the slot begins, or stood already from an earlier run.
 * @throws {Error} the source cannot be followed, and what to do: another role, `wal_level`, a free slot. Nothing is left behind.
 */
export async function prepareFollow(
  source: Database,
  tables: readonly PublishedTable[],
  names: FollowNames = FOLLOW_NAMES,
): Promise<Lsn> {
  const there = await readSlot(source, names.slot);
  if (there?.status === "lost") await dropSlot(source, names.slot);
  try {
    await publish(source, names.publication, tables);
    return there === undefined || there.status === "lost"
      ? await createSlot(source, names.slot)
      : there.confirmed;
  } catch (error) {
    if (there === undefined) await forget(source, names);
    throw error instanceof ServerError ? new Error(remedy(error), { cause: error }) : error;
  }
}

/** Takes the slot and the publication away: the source keeps nothing for the migration any more. */
export async function endFollow(source: Database, names: FollowNames = FOLLOW_NAMES): Promise<void> {
  await dropSlot(source, names.slot);
  await unpublish(source, names.publication);
}

async function forget(source: Database, names: FollowNames): Promise<void> {
  try {
    await unpublish(source, names.publication);
  } catch (error) {
    // A role that may not publish left nothing; whatever else it is matters less than why the slot could not be made.
    if (!(error instanceof ServerError)) throw error;
  }
}

function remedy(error: ServerError): string {
  switch (error.code) {
    case "42501":
      return `The source's role may not be used to follow changes (${error.message}). Use the role that owns the tables and has REPLICATION (on Supabase: postgres), or run offramp follow --deltas after the copy.`;
    case "55000":
    case "0A000":
      return `The source keeps no logical log (${error.message}). Set wal_level = logical and restart it (on Supabase it is set), or run offramp follow --deltas after the copy.`;
    case "53400":
      return `The source has no free replication slot (${error.message}). Drop one that nobody uses: select slot_name, active from pg_replication_slots.`;
    default:
      return `The source cannot be followed (${error.code}, ${error.message}).`;
  }
}
