import type { Pool } from "./pool.ts";
import type { ServerConnection } from "./server-connection.ts";

/**
 * Returns a connection to the pool in the state in which the next user expects it: nothing
 * running, no cancel request on its way, no transaction open.
 */
export async function giveBack(pool: Pool, connection: ServerConnection): Promise<void> {
  if (connection.cancelling !== undefined) await connection.cancelling;
  if (connection.usable && connection.transactionOpen) {
    // It waits behind whatever was sent before. If it fails, the connection is gone, and the pool drops it.
    await connection.run({ text: "rollback" }).catch(() => undefined);
  }
  pool.release(connection);
}
