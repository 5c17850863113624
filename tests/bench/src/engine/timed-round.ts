import type { ArmCall } from "./arms/arm.ts";
import type { Round } from "./statistics.ts";

/** So many callers, each asking again as soon as it has its answer, for so many milliseconds. */
export async function timedRound(call: ArmCall, callers: number, milliseconds: number): Promise<Round> {
  const latencies: number[] = [];
  const cpu = process.cpuUsage();
  const start = performance.now();
  const end = start + milliseconds;
  let next = 0;
  const caller = async (): Promise<void> => {
    for (let from = performance.now(); from < end;) {
      // A prime step, so that callers ask for different rows.
      await call((next += 7919));
      const now = performance.now();
      latencies.push(now - from);
      from = now;
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { calls: latencies.length, seconds, latencies, cpuMicroseconds: user + system };
}
