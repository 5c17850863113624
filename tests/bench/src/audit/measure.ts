import type { Arm, ArmName } from "./arms.ts";

export interface Measured {
  /** Calls in a second, the median of the rounds. */
  readonly rate: number;
  /** The lowest and the highest of the rounds. */
  readonly spread: readonly [low: number, high: number];
}

export interface MeasureOptions {
  readonly callers: number;
  /** Calls of each arm before anything is measured: compiled code, prepared statements, a full pool. */
  readonly warmUp: number;
  readonly rounds: number;
  readonly roundMs: number;
}

/** Runs the arms in turns, so that what else the machine does hits all alike. */
export async function measure(
  arms: Readonly<Record<ArmName, Arm>>,
  { callers, warmUp, rounds, roundMs }: MeasureOptions,
): Promise<Readonly<Record<ArmName, Measured>>> {
  const names = Object.keys(arms) as ArmName[];
  const rates: Record<ArmName, number[]> = { read: [], hand: [], statement: [], offramp: [] };
  for (const name of names) await callTimes(arms[name], warmUp);
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) rates[name].push(await rateOf(arms[name], callers, roundMs));
  }
  return {
    read: measured(rates.read),
    hand: measured(rates.hand),
    statement: measured(rates.statement),
    offramp: measured(rates.offramp),
  };
}

async function callTimes(arm: Arm, times: number): Promise<void> {
  let left = times;
  const caller = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await arm();
    }
  };
  await Promise.all(Array.from({ length: 32 }, caller));
}

async function rateOf(arm: Arm, callers: number, ms: number): Promise<number> {
  const start = performance.now();
  const end = start + ms;
  let calls = 0;
  const caller = async (): Promise<void> => {
    while (performance.now() < end) {
      await arm();
      calls += 1;
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return (calls * 1000) / (performance.now() - start);
}

function measured(rates: readonly number[]): Measured {
  const sorted = rates.toSorted((one, other) => one - other);
  const at = (place: number): number => sorted[place] ?? Number.NaN;
  return { rate: at(Math.floor(sorted.length / 2)), spread: [at(0), at(sorted.length - 1)] };
}
