import type { Database, ReservedConnection } from "@offramp/db";

/** Holds the right to follow a slot for as long as its connection lives: a killed process gives it back. */
export interface FollowLock {
  release(): Promise<void>;
}

/**
 * Takes the right to follow a slot into this target; undefined where another process has it.
 *
 * SQL: `select pg_try_advisory_lock(hashtextextended('offramp follow ' || $1, 0))`
 */
export async function tryFollowLock(target: Database, slot: string): Promise<FollowLock | undefined> {
  const connection = await target.reserve();
  try {
    const [row] = await connection.query({
      text: "select pg_try_advisory_lock(hashtextextended('offramp follow ' || $1, 0)) as taken",
      values: [slot],
    });
    if (row?.["taken"] !== "t") {
      await connection.release();
      return undefined;
    }
    return { release: () => giveUp(connection, slot) };
  } catch (error) {
    await connection.release();
    throw error;
  }
}

async function giveUp(connection: ReservedConnection, slot: string): Promise<void> {
  try {
    await connection.query({
      text: "select pg_advisory_unlock(hashtextextended('offramp follow ' || $1, 0))",
      values: [slot],
    });
  } finally {
    await connection.release();
  }
}
