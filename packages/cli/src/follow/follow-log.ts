import { ConnectionError, type Database } from "@offramp/db";

import { type Applied, type ApplyPlan, LogApplier } from "./apply/apply-log.ts";
import type { FollowedTable } from "./apply/followed-table.ts";
import { readPosition } from "./apply/position.ts";
import type { Lsn } from "./lsn.ts";
import type { LoggedRelation } from "./pgoutput/message.ts";
import { readLog } from "./slot/read-log.ts";
import { advanceSlot, flushedLsn, readSlot } from "./slot/replication-slot.ts";

/** What is followed. */
export interface FollowPlan {
  readonly slot: string;
  readonly publication: string;
  readonly tables: readonly FollowedTable[];
  /** Tables whose changes the source cannot publish: made equal when it is asked for. */
  readonly refreshed?: readonly FollowedTable[];
}

/** How far the target is behind. */
export interface FollowLag {
  /** Bytes of the source's log that the target has not seen. */
  readonly bytes: number;
  /** Milliseconds since the source committed what was applied last; 0 when nothing is waiting. */
  readonly ms: number;
  /** Applied since the start. */
  readonly changes: number;
  readonly position: Lsn;
}

/** How long it goes on, and whom it tells. */
export interface FollowOptions {
  readonly signal: AbortSignal;
  /** Ends when everything before this position is applied. Absent: goes on until `signal`. */
  readonly until?: Lsn;
  readonly onLag?: (lag: FollowLag) => void;
  /** A connection broke and is tried again. */
  readonly onInterruption?: (reason: string) => void;
  /** Milliseconds between two looks when nothing is waiting. Default 200. */
  readonly pollMs?: number;
  /** Milliseconds for which a server may be away. Default 600,000. */
  readonly patienceMs?: number;
}

/** Changes that are applied in one transaction of the target, unless one transaction of the source has more. */
const BATCH = 5_000;

/**
 * Follows a slot: applies what the source's log holds, each of its transactions whole and once, and lets the source forget what
 * the target has committed. After a kill or a lost connection it goes on from the position that stands in the target.
 *
 * @returns the position that was reached.
 * @throws {Error} the slot is gone or lost, a table was altered, or the target refused a change.
 */
export async function followLog(
  databases: { readonly source: Database; readonly target: Database },
  plan: FollowPlan,
  options: FollowOptions,
): Promise<Lsn> {
  const follower = new Follower(databases, plan, options);
  return follower.run();
}

class Follower {
  readonly #source: Database;
  readonly #target: Database;
  readonly #plan: FollowPlan;
  readonly #options: FollowOptions;
  readonly #tables: ReadonlyMap<string, FollowedTable>;
  #changes = 0;

  constructor(
    { source, target }: { readonly source: Database; readonly target: Database },
    plan: FollowPlan,
    options: FollowOptions,
  ) {
    this.#source = source;
    this.#target = target;
    this.#plan = plan;
    this.#options = options;
    this.#tables = new Map(plan.tables.map((table) => [placeOf(table), table]));
  }

  async run(): Promise<Lsn> {
    const { signal, until, pollMs = 200, patienceMs = 600_000 } = this.#options;
    let position = await this.#startingPosition();
    let awaySince: number | undefined;
    const ended = (): boolean => signal.aborted || (until !== undefined && position >= until);
    while (!ended()) {
      try {
        const step = await this.#step(position);
        position = step.position;
        awaySince = undefined;
        if (step.idle && !ended()) await pause(pollMs, signal);
      } catch (error) {
        if (!(error instanceof ConnectionError)) throw error;
        awaySince ??= Date.now();
        if (Date.now() - awaySince > patienceMs) throw error;
        this.#options.onInterruption?.(error.message);
        await pause(Math.max(pollMs, 500), signal);
        // Whether the last transaction was committed is not known here, but it is in the target.
        position = await this.#positionAgain(position);
      }
    }
    return position;
  }

  async #startingPosition(): Promise<Lsn> {
    const slot = await readSlot(this.#source, this.#plan.slot);
    if (slot === undefined)
      throw new Error(
        `The source has no replication slot "${this.#plan.slot}": the copy was made without one. Run offramp copy --follow, which makes the slot before it reads.`,
      );
    if (slot.status === "lost")
      throw new Error(
        `The source has dropped the log that the replication slot "${slot.name}" needs (max_slot_wal_keep_size). Drop the slot and copy again.`,
      );
    const stored = await readPosition(this.#target, this.#plan.slot);
    return stored === undefined || stored < slot.confirmed ? slot.confirmed : stored;
  }

  async #positionAgain(last: Lsn): Promise<Lsn> {
    try {
      const stored = await readPosition(this.#target, this.#plan.slot);
      return stored !== undefined && stored > last ? stored : last;
    } catch (error) {
      if (error instanceof ConnectionError) return last;
      throw error;
    }
  }

  async #step(from: Lsn): Promise<{ readonly position: Lsn; readonly idle: boolean }> {
    // Everything before this is in the answer below, unless the answer is cut short.
    const flushed = await flushedLsn(this.#source);
    const applied = await this.#apply(from);
    this.#changes += applied.changes;
    const idle = applied.transactions === 0;
    const position = applied.lsn ?? (flushed > from ? flushed : from);
    if (position > from) await advanceSlot(this.#source, this.#plan.slot, position);
    this.#options.onLag?.({
      bytes: Math.max(0, Number(flushed - position)),
      ms:
        idle || applied.committedAt === undefined
          ? 0
          : Math.max(0, Date.now() - applied.committedAt.getTime()),
      changes: this.#changes,
      position,
    });
    return { position, idle };
  }

  #apply(after: Lsn): Promise<Applied> {
    const { slot, publication } = this.#plan;
    const plan: ApplyPlan = { slot, after, tableOf: (relation) => this.#tableOf(relation) };
    return LogApplier.run(this.#target, plan, (take) =>
      readLog(this.#source, { slot, publication, changes: BATCH }, take),
    );
  }

  #tableOf(relation: LoggedRelation): FollowedTable | undefined {
    return this.#tables.get(placeOf(relation));
  }
}

function placeOf({ schema, name }: Pick<FollowedTable, "schema" | "name">): string {
  return JSON.stringify([schema, name]);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}
