import { recentAccess, type AccessRecord } from "@offramp/audit";
import type { Queryable } from "@offramp/db";

/** Reads the trail step by step: each call gives the records since the last one, oldest first. */
export function watchTrail(auditor: Queryable): () => Promise<readonly AccessRecord[]> {
  let seen = 0n;
  return async () => {
    const recent = await recentAccess(auditor, { limit: 20 });
    const fresh = recent.filter(({ id }) => BigInt(id) > seen).toReversed();
    for (const { id } of fresh) seen = BigInt(id);
    return fresh;
  };
}
