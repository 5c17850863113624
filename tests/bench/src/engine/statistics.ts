/** The value below which this share of the values lies, by the nearest rank: one that was measured. */
export function quantile(sorted: readonly number[] | Float64Array, share: number): number {
  const rank = Math.max(Math.ceil(share * sorted.length), 1);
  return sorted[rank - 1] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(
    values.toSorted((one, other) => one - other),
    0.5,
  );
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

/** An arm's figures in one place of the table. */
export interface Figures {
  /** Calls in a second: the median of the rounds, the lowest and the highest. */
  readonly rate: number;
  readonly rateLow: number;
  readonly rateHigh: number;
  /** Milliseconds, over the calls of all rounds. */
  readonly p50: number;
  readonly p99: number;
  /** Microseconds of this process's CPU for a call. */
  readonly cpuPerCall: number;
  /** Bytes of heap that stayed, after a garbage collection. */
  readonly heapGrowth: number;
}

export function figuresOf(rounds: readonly Round[], heapGrowth: number): Figures {
  const rates = rounds.map(({ calls, seconds }) => calls / seconds).toSorted((one, other) => one - other);
  const latencies = Float64Array.from(rounds.flatMap((round) => round.latencies)).toSorted();
  const calls = rounds.reduce((sum, round) => sum + round.calls, 0);
  const cpu = rounds.reduce((sum, round) => sum + round.cpuMicroseconds, 0);
  return {
    rate: quantile(rates, 0.5),
    rateLow: rates[0] ?? Number.NaN,
    rateHigh: rates.at(-1) ?? Number.NaN,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    cpuPerCall: cpu / calls,
    heapGrowth,
  };
}

/** The median of the rounds' ratios: two arms of one round met the same moods of the machine. */
export function ratioOf(rounds: readonly Round[], base: readonly Round[]): number {
  const rate = ({ calls, seconds }: Round): number => calls / seconds;
  return median(
    rounds.flatMap((round, index) => {
      const other = base[index];
      return other === undefined ? [] : [rate(round) / rate(other)];
    }),
  );
}
