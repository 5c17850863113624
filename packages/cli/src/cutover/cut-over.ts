import type { Database } from "@offramp/db";

import { tryFollowLock } from "../follow/follow-lock.ts";
import { followLog, type FollowPlan } from "../follow/follow-log.ts";
import type { Lsn } from "../follow/lsn.ts";
import { refreshAll } from "../follow/refresh/refresh-all.ts";
import { flushedLsn, readSlot } from "../follow/slot/replication-slot.ts";
import { type CutoverState, storeCutover } from "./cutover-state.ts";
import { stopWrites, type WriteStop } from "./write-stop.ts";

/** A step of the runbook. */
export type CutoverStep = "stop" | "drain" | "verify" | "sequences" | "reverse" | "switch";

/** What a cut-over works with. */
export interface CutoverPlan {
  readonly follow: FollowPlan;
  readonly stop: WriteStop;
  /** Brings the target's sequences to where the source's stand; the names of those that the target does not have. */
  readonly setSequences: () => Promise<readonly string[]>;
  /** Compares what the follower wrote last; the number of differences. */
  readonly verify: () => Promise<number>;
  /** Lets the target keep what is written there, for the way back; the slot's name. Absent: no way back for new rows. */
  readonly prepareReverse?: () => Promise<string>;
}

/** Whom it tells and asks. */
export interface CutoverOptions {
  readonly signal: AbortSignal;
  /** Says what the next step does, and asks where nothing is done yet that a `no` would have to undo. */
  readonly before: (step: CutoverStep) => Promise<void>;
  readonly after: (step: CutoverStep, found: string) => void;
}

/** How a cut-over ended. */
export interface CutoverResult {
  readonly differences: number;
  /** From the moment when writes were stopped until the target was ready, in milliseconds. */
  readonly pauseMs: number;
  readonly endedSessions: number;
  readonly missingSequences: readonly string[];
}

/**
 * The runbook: stops writes on the source, waits until the target has everything, compares, sets sequences, and measures the
 * pause. Run again after a kill, it does the same from the beginning, and every step finds its work done.
 *
 * @throws {Error} a step failed. The source is still read-only then: `rollBack` opens it.
 */
export async function cutOver(
  databases: { readonly source: Database; readonly target: Database },
  plan: CutoverPlan,
  options: CutoverOptions,
): Promise<CutoverResult> {
  const { source, target } = databases;
  const state = (phase: CutoverState["phase"], more: Partial<CutoverState> = {}): Promise<void> =>
    storeCutover(target, {
      phase,
      stop: plan.stop,
      reverseSlot: null,
      pauseMs: null,
      ...more,
    });

  await options.before("stop");
  // Remembered first: a run that is killed in between must leave behind what there is to open.
  await state("stopping");
  const stopped = performance.now();
  const ended = await stopWrites(source, plan.stop);
  await state("stopped");
  options.after("stop", `${ended.length} sessions ended`);

  await options.before("drain");
  const until = await flushedLsn(source);
  await drain(databases, plan.follow, { until, signal: options.signal });
  await refreshAll({ ...databases, follow: plan.follow });
  options.after("drain", "the target has everything that the source has");

  await options.before("verify");
  const differences = await plan.verify();
  options.after("verify", differences === 0 ? "no difference" : `${differences} differences`);
  if (differences > 0)
    return {
      differences,
      pauseMs: performance.now() - stopped,
      endedSessions: ended.length,
      missingSequences: [],
    };

  await options.before("sequences");
  const missing = await plan.setSequences();
  options.after("sequences", missing.length === 0 ? "all set" : `not on the target: ${missing.join(", ")}`);

  let reverseSlot: string | null = null;
  if (plan.prepareReverse !== undefined) {
    await options.before("reverse");
    reverseSlot = await plan.prepareReverse();
    options.after("reverse", `the target keeps its changes in the slot "${reverseSlot}"`);
  }
  const pauseMs = performance.now() - stopped;
  await state("switched", { reverseSlot, pauseMs });
  options.after("switch", "the target is ready");
  return { differences, pauseMs, endedSessions: ended.length, missingSequences: missing };
}

/** By itself, or by waiting for the `offramp follow` that runs already. */
async function drain(
  databases: { readonly source: Database; readonly target: Database },
  plan: FollowPlan,
  options: { readonly until: Lsn; readonly signal: AbortSignal },
): Promise<void> {
  const lock = await tryFollowLock(databases.target, plan.slot);
  if (lock === undefined) return waitFor(databases.source, plan.slot, options);
  try {
    await followLog(databases, plan, { ...options, pollMs: 20 });
    options.signal.throwIfAborted();
  } finally {
    await lock.release();
  }
}

const WAIT_MS = 60_000;

/** The slot moves only after the target has committed. */
async function waitFor(
  source: Database,
  slot: string,
  { until, signal }: { readonly until: Lsn; readonly signal: AbortSignal },
): Promise<void> {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    signal.throwIfAborted();
    const state = await readSlot(source, slot);
    if (state !== undefined && state.confirmed >= until) return;
    if (Date.now() > deadline)
      throw new Error(
        `The offramp follow that runs elsewhere did not reach the end of the source's log within ${WAIT_MS / 1_000} s. See what it says; then run offramp cutover again.`,
      );
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
