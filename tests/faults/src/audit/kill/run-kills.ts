import { killTest } from "./kill-test.ts";
import type { Finding } from "./reckoning.ts";

/** Runs the kill test and prints what it found. */
export async function runKills(options: {
  readonly quick: boolean;
  readonly seed: number;
}): Promise<{ readonly summary: string; readonly complete: boolean }> {
  console.log(`Killing clients and servers, seed ${options.seed}`);
  const started = performance.now();
  const { plan, calls, answered, records, findings } = await killTest({
    seed: options.seed,
    ...(options.quick
      ? { clientKills: 40, serverCrashes: 2, sessionEnds: 4 }
      : { clientKills: 2000, serverCrashes: 40, sessionEnds: 200 }),
  });
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(
    `  ${plan.clientKills} clients killed, ${plan.serverCrashes} crashes of the server, ${plan.sessionEnds} sessions ended, in ${seconds} s`,
  );
  console.log(`  ${answered} calls answered, ${records} records`);
  for (const { kind, what } of findings) console.log(`  ${kind}: ${what}`);
  const count = (kind: Finding["kind"]): number => findings.filter((finding) => finding.kind === kind).length;
  return {
    summary: `calls ${calls}, unrecorded ${count("unrecorded")}, lost ${count("lost")}, false records ${count("false record")}`,
    complete: answered > 0 && findings.length === 0,
  };
}
