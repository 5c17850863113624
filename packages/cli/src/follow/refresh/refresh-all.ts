import type { Database } from "@offramp/db";

import type { FollowPlan } from "../follow-log.ts";
import { type Refreshed, refreshTable } from "./refresh-table.ts";

/** Refreshes the tables whose changes the source cannot publish. */
export async function refreshAll({
  source,
  target,
  follow,
}: {
  readonly source: Database;
  readonly target: Database;
  readonly follow: FollowPlan;
}): Promise<Refreshed> {
  let [written, deleted] = [0, 0];
  for (const table of follow.refreshed ?? []) {
    const refreshed = await refreshTable({ source, target }, table);
    written += refreshed.written;
    deleted += refreshed.deleted;
  }
  return { written, deleted };
}
