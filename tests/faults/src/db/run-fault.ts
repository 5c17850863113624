import { setTimeout as sleep } from "node:timers/promises";
import type { Fault } from "./faults.ts";
import { underLoad } from "./load.ts";
import { reckon, type Reckoning } from "./reckoning.ts";
import { LOAD_NAME, type Scene, withScene } from "./scene.ts";

export interface FaultOutcome extends Reckoning {
  readonly fault: string;
  /** Sessions that the closed application left on the server. */
  readonly leaked: number;
  /** The messages of calls that were lost. */
  readonly told: readonly string[];
}

const GONE_WITHIN_MS = 2_000;

/** Lets a fault happen to an application at work, on a server of its own, and says what it cost. */
export function runFault(fault: Fault): Promise<FaultOutcome> {
  return withScene(async (scene) => {
    const replica = fault.withReplica === true ? await scene.cluster.addStandby() : undefined;
    const replicas = replica === undefined ? {} : { replicas: [new URL(replica.url).host] };
    const prepared = await fault.prepare?.(scene);
    const options = { ...replicas, ...fault.options, ...prepared?.options };
    const db = scene.connect({ retryWithinMs: 20_000, ...options });
    try {
      const report = await underLoad(db, async () => {
        await prepared?.happen();
        await fault.happen?.(scene, { db, replica });
      });
      await db.close();
      await prepared?.clear();
      const leaked = await sessionsLeft(scene);
      return { fault: fault.name, leaked, told: report.failedReads, ...reckon(report, await ledger(scene)) };
    } finally {
      await db.close();
    }
  });
}

async function ledger({ relay, asAdministrator }: Scene): Promise<ReadonlyMap<string, number>> {
  const rows = await asAdministrator(
    (db) => db.query({ text: "select call, count(*) as times from ledger group by call" }),
    relay.url,
  );
  return new Map(rows.map(({ call, times }) => [call ?? "", Number(times)]));
}

/** A session ends a moment after its client has said goodbye. */
async function sessionsLeft({ relay, asAdministrator }: Scene): Promise<number> {
  const until = performance.now() + GONE_WITHIN_MS;
  return asAdministrator(async (db) => {
    for (;;) {
      const rows = await db.query({
        text: "select 1 from pg_stat_activity where application_name = $1",
        values: [LOAD_NAME],
      });
      if (rows.length === 0 || performance.now() > until) return rows.length;
      await sleep(20);
    }
  }, relay.url);
}
