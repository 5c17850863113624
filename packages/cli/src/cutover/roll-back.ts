import type { Database } from "@offramp/db";

import { followLog, type FollowPlan } from "../follow/follow-log.ts";
import { endFollow } from "../follow/prepare-follow.ts";
import { flushedLsn } from "../follow/slot/replication-slot.ts";
import { type CutoverState, storeCutover } from "./cutover-state.ts";
import { openWrites, stopWrites } from "./write-stop.ts";

/** What a rollback works with. */
export interface RollbackPlan {
  readonly state: CutoverState;
  /** What was written on the target goes back by this; absent where no slot was made for it. */
  readonly reverse?: FollowPlan;
  /** Brings the source's sequences to where the target's stand. */
  readonly setSequences?: () => Promise<unknown>;
}

/** What a rollback did. */
export interface RollbackResult {
  /** Changes that were taken from the target back to the source. */
  readonly changes: number;
  /** Whether rows that were written on the target since the switch stay behind there. */
  readonly writesLeftBehind: boolean;
}

/**
 * Opens the source for writing again. With a reverse slot, writes on the target are stopped first and everything that was
 * written there is applied to the source, so that nothing is lost on the way back.
 *
 * @throws {Error} a step failed; run it again: every step finds its work done.
 */
export async function rollBack(
  databases: { readonly source: Database; readonly target: Database },
  { state, reverse, setSequences }: RollbackPlan,
  options: { readonly signal: AbortSignal },
): Promise<RollbackResult> {
  const { source, target } = databases;
  let changes = 0;
  if (reverse !== undefined) {
    await stopWrites(target, { kind: "database" });
    const until = await flushedLsn(target);
    await followLog({ source: target, target: source }, reverse, {
      signal: options.signal,
      until,
      pollMs: 20,
      onLag: (lag) => (changes = lag.changes),
    });
    options.signal.throwIfAborted();
    // The new rows took their numbers on the target.
    await setSequences?.();
  }
  await openWrites(source, state.stop);
  await storeCutover(target, { ...state, phase: "rolled-back", reverseSlot: null });
  if (reverse !== undefined) {
    await endFollow(target, reverse);
    await openWrites(target, { kind: "database" });
  }
  return { changes, writesLeftBehind: state.phase === "switched" && reverse === undefined };
}
