import { ConnectionError } from "../errors/connection-error.ts";
import type { ReplicaHealth } from "../port.ts";
import type { Observe } from "../observation.ts";
import { asOurOwn } from "../telemetry/statement-watch.ts";
import type { PooledDatabase } from "./pooled-database.ts";
import type { PrimaryPositions } from "./primary-positions.ts";

/** Aurora's readers do not say where they are in the log. They are behind by milliseconds. */
const UNKNOWN_LAG_MS = 1_000;

const POSITION = asOurOwn({
  text: `select pg_is_in_recovery() as standby, pg_postmaster_start_time() as started,
    pg_wal_lsn_diff(case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_insert_lsn() end, '0/0') as lsn`,
});

/** What is known of the primary, to hold a replica against. */
export interface PrimaryView {
  readonly positions: PrimaryPositions;
  /** When its server started: a reader endpoint without readers leads to the primary itself. */
  readonly started: string;
}

/** A replica, and up to which moment it has everything. */
export class Replica {
  readonly database: PooledDatabase;
  readonly #observe: Observe;
  #caughtUpTo = Number.NEGATIVE_INFINITY;
  #problem: string | undefined;

  constructor(database: PooledDatabase, observe: Observe) {
    this.database = database;
    this.#observe = observe;
  }

  get health(): ReplicaHealth {
    const lag = performance.now() - this.#caughtUpTo;
    return {
      description: this.database.description,
      ...(this.#problem === undefined ? {} : { problem: this.#problem }),
      ...(Number.isFinite(lag) ? { lagMs: lag } : {}),
    };
  }

  /** Has everything that was written before `moment`, and is not further behind than `maxLagMs`. */
  has(moment: number, maxLagMs: number): boolean {
    return (
      this.#problem === undefined &&
      this.#caughtUpTo > moment &&
      performance.now() - this.#caughtUpTo <= maxLagMs
    );
  }

  /** Looks where the replica is. */
  async look({ positions, started }: PrimaryView): Promise<void> {
    const at = performance.now();
    try {
      const [row] = await this.database.query(POSITION);
      if (row?.["standby"] !== "t" && row?.["started"] !== started) {
        // Two primaries: what this one says may never have happened.
        this.leaveOut("it is not a standby");
        return;
      }
      const lsn = row["lsn"];
      const moment =
        lsn === null || lsn === undefined ? at - UNKNOWN_LAG_MS : positions.momentOf(BigInt(lsn));
      if (moment !== undefined && moment > this.#caughtUpTo) this.#caughtUpTo = moment;
      if (this.#problem === undefined) return;
      this.#problem = undefined;
      this.#observe({ kind: "replicaBack", replica: this.database.description });
    } catch (error) {
      this.leaveOut(error instanceof ConnectionError ? error.message : String(error));
    }
  }

  leaveOut(why: string): void {
    if (this.#problem === undefined)
      this.#observe({ kind: "replicaLeftOut", replica: this.database.description, why });
    this.#problem = why;
  }
}
