import { killTest } from "./kill-test.ts";
import type { Finding } from "./reckoning.ts";

const DOORS = ["builder", "rpc", "http", "drizzle"];

/** Runs the kill test and prints what it found. */
export async function runKills(options: {
  readonly quick: boolean;
  readonly seed: number;
  readonly minutes: number;
}): Promise<{ readonly summary: string; readonly complete: boolean }> {
  console.log(`Killing clients and servers, seed ${options.seed}`);
  const started = performance.now();
  const { done, calls, answered, answeredBy, records, findings } = await killTest({
    seed: options.seed,
    minutes: options.minutes,
    ...(options.quick
      ? { clientKills: 40, serverCrashes: 2, sessionEnds: 4 }
      : { clientKills: 3000, serverCrashes: 60, sessionEnds: 300 }),
  });
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(
    `  ${done.clientKills} clients killed, ${done.serverCrashes} crashes of the server, ${done.sessionEnds} sessions ended, in ${seconds} s`,
  );
  const byDoor = Object.entries(answeredBy).map(([door, count]) => `${door} ${count}`);
  console.log(`  ${answered} calls answered (${byDoor.join(", ")}), ${records} records`);
  for (const { kind, what } of findings) console.log(`  ${kind}: ${what}`);
  const count = (kind: Finding["kind"]): number => findings.filter((finding) => finding.kind === kind).length;
  return {
    summary: `calls ${calls}, unrecorded ${count("unrecorded")}, lost ${count("lost")}, false records ${count("false record")}`,
    complete: DOORS.every((door) => (answeredBy[door] ?? 0) > 0) && findings.length === 0,
  };
}
