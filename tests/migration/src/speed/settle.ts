import { spawnSync } from "node:child_process";

import { connect } from "@offramp/db";

import type { Ends } from "../offramp-process.ts";

/** Has both servers write what they hold, and the system too, so that nothing of it falls into the next measurement. */
export async function settle({ sourceUrl, targetUrl }: Ends): Promise<void> {
  for (const url of [sourceUrl, targetUrl]) {
    const db = connect({ url, max: 1 });
    await db.query({ text: "checkpoint" });
    await db.close();
  }
  // Where there is no such program, the servers' part has to do.
  spawnSync("sync");
}
