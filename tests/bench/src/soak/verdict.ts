/** What was seen at one moment of a soak. */
export interface Sample {
  readonly seconds: number;
  /** In the interval before it. */
  readonly calls: number;
  readonly p50: number;
  readonly p99: number;
  /** Bytes after a garbage collection. */
  readonly heap: number;
  readonly resident: number;
  /** Of the application's role, as the server counts them. */
  readonly connections: number;
  /** The most that one connection holds. */
  readonly prepared: number;
  /** Connections whose transaction is open and waits for its client. */
  readonly idleInTransaction: number;
}

/** What a soak must keep to. */
export interface Bounds {
  /** Connections of the pool, and those beside it. */
  readonly connections: number;
  /** Prepared statements on one connection. */
  readonly prepared: number;
  /** How much larger heap and latency may be in the last third than in the second. */
  readonly growth: number;
  /** Bytes by which the heap may grow whatever its share: what is kept within its own bounds. */
  readonly heapAllowance: number;
}

/** What went wrong, in words; empty for a soak that kept to its bounds. The first third is for caches to fill. */
export function verdictOf(samples: readonly Sample[], unexpected: number, bounds: Bounds): readonly string[] {
  const third = Math.floor(samples.length / 3);
  const before = samples.slice(third, third * 2);
  const after = samples.slice(third * 2);
  const problems: string[] = [];
  const check = (bad: boolean, problem: string): void => {
    if (bad) problems.push(problem);
  };
  const most = (of: (sample: Sample) => number): number => Math.max(...samples.map(of));
  const mean = (some: readonly Sample[], of: (sample: Sample) => number): number =>
    some.reduce((sum, sample) => sum + of(sample), 0) / some.length;
  check(
    samples.some((sample) => sample.calls === 0),
    "for a whole interval no call ended",
  );
  check(unexpected > 0, `${unexpected} calls ended otherwise than they should`);
  check(
    most(({ connections }) => connections) > bounds.connections,
    `${most(({ connections }) => connections)} connections, of at most ${bounds.connections}`,
  );
  check(
    most(({ prepared }) => prepared) > bounds.prepared,
    `${most(({ prepared }) => prepared)} prepared statements on a connection, of at most ${bounds.prepared}`,
  );
  if (third === 0) return [...problems, "too short to tell of growth: three samples are the least"];
  const heap = mean(after, (sample) => sample.heap) - mean(before, (sample) => sample.heap);
  check(
    heap > bounds.heapAllowance && heap > mean(before, (sample) => sample.heap) * bounds.growth,
    `the heap grew by ${Math.round(heap / 1024)} KiB`,
  );
  const slower = mean(after, ({ p50 }) => p50) / mean(before, ({ p50 }) => p50) - 1;
  check(slower > bounds.growth, `the median latency grew by ${Math.round(slower * 100)} %`);
  return problems;
}
