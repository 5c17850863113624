import { FAULTS } from "./faults.ts";
import { type FaultOutcome, runFault } from "./run-fault.ts";

const QUICK = new Set(["crash of the server", "connections reset by the network", "failover to a standby"]);
const COLUMNS = ["calls", "lost", "doubled", "unknown", "longest gap"] as const;

/** Runs the faults one after the other and prints a table. */
export async function runFaults(options: {
  readonly quick: boolean;
}): Promise<{ readonly summary: string; readonly survived: boolean }> {
  const faults = FAULTS.filter(({ name }) => !options.quick || QUICK.has(name));
  const width = Math.max(...faults.map(({ name }) => name.length));
  console.log(`  ${"fault".padEnd(width)}  ${COLUMNS.map((column) => column.padStart(13)).join("")}`);
  const outcomes: FaultOutcome[] = [];
  for (const fault of faults) {
    const outcome = await runFault(fault);
    outcomes.push(outcome);
    const { calls, lost, doubled, unknown, longestGapMs } = outcome;
    const cells = [calls, lost, doubled, unknown, `${Math.round(longestGapMs)} ms`];
    console.log(`  ${fault.name.padEnd(width)}  ${cells.map((cell) => String(cell).padStart(13)).join("")}`);
  }
  const sum = (of: "lost" | "doubled" | "leaked"): number =>
    outcomes.reduce((total, outcome) => total + outcome[of], 0);
  return {
    summary: `faults ${outcomes.length}, lost ${sum("lost")}, doubled ${sum("doubled")}, leaked ${sum("leaked")}`,
    survived: sum("lost") + sum("doubled") + sum("leaked") === 0,
  };
}
