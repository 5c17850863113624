import type { Database, Queryable, ReservedConnection } from "@offramp/db";

import { READING_SETTINGS } from "../tables/session-settings.ts";

/** One moment of the source, that any number of its sessions can see. */
export interface Snapshot {
  /** For `set transaction snapshot`. */
  readonly name: string;
  /** `pg_current_snapshot()`: which transactions it sees. */
  readonly text: string;
  /** In a transaction of that moment. */
  readonly db: Queryable;
  close(): Promise<void>;
}

const BEGIN = "begin isolation level repeatable read, read only";

/**
 * Exports a snapshot and holds it until `close()`. With the name of one that another session has exported, it takes
 * that.
 *
 * Source: PostgreSQL's documentation, "Snapshot Synchronization Functions".
 */
export async function openSnapshot(source: Database, exported?: string): Promise<Snapshot> {
  const connection = await source.reserve();
  try {
    await beginAt(connection, exported);
    const [row] = await connection.query({
      text: `select pg_current_snapshot()::text as text${exported === undefined ? ", pg_export_snapshot() as name" : ""}`,
    });
    return {
      name: exported ?? row?.["name"] ?? "",
      text: row?.["text"] ?? "",
      db: connection,
      close: () => connection.release(),
    };
  } catch (error) {
    await connection.release();
    throw error;
  }
}

/** Begins a reading transaction on the connection, at a snapshot's moment or now. */
export async function beginAt(connection: ReservedConnection, snapshot?: string): Promise<void> {
  await connection.query({ text: BEGIN });
  // A name that PostgreSQL made: digits, letters and dashes. The statement takes no parameter.
  if (snapshot !== undefined) {
    if (!/^[\dA-Za-z-]+$/.test(snapshot)) throw new TypeError("that is no name of an exported snapshot");
    await connection.query({ text: `set transaction snapshot '${snapshot}'` });
  }
  await connection.query({ text: READING_SETTINGS, script: true });
}
