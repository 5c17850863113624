const INTERVAL_MS = 100;

export interface MemoryUse {
  /** Megabytes of this process, when it began and at its most. */
  readonly atFirst: number;
  readonly atMost: number;
}

/** Samples what this process holds in memory (RSS) while work goes on. */
export async function watchingMemory<T>(
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly memory: MemoryUse; readonly seconds: number }> {
  const rss = (): number => process.memoryUsage().rss / 2 ** 20;
  const atFirst = rss();
  let atMost = atFirst;
  const timer = setInterval(() => (atMost = Math.max(atMost, rss())), INTERVAL_MS);
  const start = performance.now();
  try {
    const result = await work();
    return { result, memory: { atFirst, atMost }, seconds: (performance.now() - start) / 1000 };
  } finally {
    clearInterval(timer);
  }
}
