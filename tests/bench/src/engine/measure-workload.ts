import type { Arm, ArmCall } from "./arms/arm.ts";
import type { BenchDatabase } from "./bench-database.ts";
import { heapInUse } from "./collect-garbage.ts";
import { figuresOf, type Figures, p99Of, ratioOf, type Round, type Spread } from "./statistics.ts";
import { timedRound } from "./timed-round.ts";
import type { Workload } from "./workload.ts";

export interface MeasureOptions {
  readonly callers: number;
  readonly rounds: number;
  readonly roundMs: number;
  readonly warmUpMs: number;
}

/** One line of the table. */
export interface Measured extends Figures {
  readonly workload: string;
  readonly callers: number;
  readonly arm: string;
  readonly against: string;
  /** Of the throughput of `against`, round by round; 1 for that arm itself, null where that arm was not measured. */
  readonly ratio: Spread | null;
  /** The same of the 99th percentile of a round. */
  readonly p99Ratio: Spread | null;
}

const HEAP_ROUNDS = 3;

/** All arms in turns, round after round, so that what else the machine does hits all alike. */
export async function measureWorkload(
  database: BenchDatabase,
  workload: Workload,
  { arms, callers, rounds, roundMs, warmUpMs }: MeasureOptions & { readonly arms: readonly Arm[] },
): Promise<readonly Measured[]> {
  const running: { arm: Arm; call: ArmCall; rounds: Round[] }[] = arms.flatMap((arm) => {
    const call = arm.call(database, workload);
    return call === undefined ? [] : [{ arm, call, rounds: [] }];
  });
  const reset = async (): Promise<void> => {
    if (workload.effect !== undefined) await database.hand.unsafe(workload.effect.reset);
  };
  for (const { call } of running) {
    await reset();
    await timedRound(call, callers, warmUpMs);
  }
  for (let round = 0; round < rounds; round += 1) {
    // Who comes first has the caches as the last left them, so each begins once.
    const turn = round % running.length;
    for (const each of [...running.slice(turn), ...running.slice(0, turn)]) {
      await reset();
      each.rounds.push(await timedRound(each.call, callers, roundMs));
    }
  }
  const measured: Measured[] = [];
  for (const { arm, call, rounds: own } of running) {
    const base = running.find(({ arm: { name } }) => name === arm.against);
    measured.push({
      workload: workload.name,
      callers,
      arm: arm.name,
      against: arm.against,
      ratio: base === undefined ? null : ratioOf(own, base.rounds),
      p99Ratio: base === undefined ? null : ratioOf(own, base.rounds, p99Of),
      ...figuresOf(own, await heapGrowth(() => timedRound(call, callers, roundMs / 2))),
    });
  }
  return measured;
}

/** What stays of a round, some times. Beside the others, because a collection before a round makes it quicker. */
async function heapGrowth(round: () => Promise<unknown>): Promise<readonly number[]> {
  const grown: number[] = [];
  for (let time = 0; time < HEAP_ROUNDS; time += 1) {
    const before = heapInUse();
    await round();
    grown.push(heapInUse() - before);
  }
  return grown;
}
