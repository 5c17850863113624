/** The value below which this share of the values lies, by the nearest rank: one that was measured. */
export function quantile(sorted: readonly number[] | Float64Array, share: number): number {
  const rank = Math.max(Math.ceil(share * sorted.length), 1);
  return sorted[rank - 1] ?? Number.NaN;
}

/** What one arm did in one round. */
export interface Round {
  readonly calls: number;
  readonly seconds: number;
  /** Milliseconds of each call. */
  readonly latencies: readonly number[];
  /** Microseconds of this process's CPU, in user and kernel mode. */
  readonly cpuMicroseconds: number;
}

/** What differs from round to round: the median, the lowest and the highest. */
export interface Spread {
  readonly middle: number;
  readonly low: number;
  readonly high: number;
}

/** An arm's figures in one place of the table, each over the rounds. */
export interface Figures {
  /** Calls in a second. */
  readonly rate: Spread;
  /** Milliseconds. */
  readonly p50: Spread;
  readonly p99: Spread;
  /** Milliseconds, over the calls of all rounds: a round in which the machine was busy weighs as much as it had slow calls. */
  readonly p99OfAll: number;
  /** Microseconds of this process's CPU for a call. */
  readonly cpuPerCall: Spread;
  /** Bytes of heap that a round left behind, after a garbage collection. */
  readonly heapGrowth: Spread;
}

export function figuresOf(rounds: readonly Round[], heapGrowth: readonly number[]): Figures {
  return {
    rate: spreadOf(rounds.map(rateOf)),
    p50: spreadOf(rounds.map(({ latencies }) => latencyOf(latencies, 0.5))),
    p99: spreadOf(rounds.map(p99Of)),
    p99OfAll: latencyOf(
      rounds.flatMap(({ latencies }) => latencies),
      0.99,
    ),
    cpuPerCall: spreadOf(rounds.map(({ cpuMicroseconds, calls }) => cpuMicroseconds / calls)),
    heapGrowth: spreadOf(heapGrowth),
  };
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other);
  return {
    middle: quantile(sorted, 0.5),
    low: sorted[0] ?? Number.NaN,
    high: sorted.at(-1) ?? Number.NaN,
  };
}

/** The rounds' own ratios to the base's: two arms of one round met the same moods of the machine. */
export function ratioOf(
  rounds: readonly Round[],
  base: readonly Round[],
  figure: (round: Round) => number = rateOf,
): Spread {
  return spreadOf(
    rounds.flatMap((round, index) => {
      const other = base[index];
      return other === undefined ? [] : [figure(round) / figure(other)];
    }),
  );
}

export function rateOf({ calls, seconds }: Round): number {
  return calls / seconds;
}

export function p99Of({ latencies }: Round): number {
  return latencyOf(latencies, 0.99);
}

function latencyOf(latencies: readonly number[], share: number): number {
  return quantile(Float64Array.from(latencies).toSorted(), share);
}
