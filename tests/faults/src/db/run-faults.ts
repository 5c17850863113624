import { type JobFault, runJobFault } from "./encryption/run-job-fault.ts";
import { type Fault, FAULTS } from "./faults.ts";
import { type FaultOutcome, runFault } from "./run-fault.ts";

/** Jobs on encrypted columns that are killed at work. */
export const JOB_FAULTS: readonly JobFault[] = [
  { name: "encryptBackfill() killed three times", job: "backfill" },
  { name: "key rotated, and reencrypt() killed three times", job: "reencrypt" },
];

const QUICK = new Set([
  "crash of the server",
  "connections reset by the network",
  "password rotated: pending, changed, current",
  "process frozen while the server ends its sessions, and thawed",
  "name that leads to another server",
  "PgBouncer killed and started again",
  "key rotated, and reencrypt() killed three times",
]);
const COLUMNS = ["calls", "lost", "doubled", "unknown", "longest gap"] as const;

/** Runs the faults one after the other and prints a table. */
export async function runFaults(options: {
  readonly quick: boolean;
  /** Those whose name contains it. */
  readonly only: string;
}): Promise<{ readonly summary: string; readonly survived: boolean }> {
  const faults = [...FAULTS, ...JOB_FAULTS].filter(
    ({ name }) => (!options.quick || QUICK.has(name)) && name.includes(options.only),
  );
  if (faults.length === 0) throw new RangeError(`no fault's name contains "${options.only}"`);
  const width = Math.max(...faults.map(({ name }) => name.length));
  console.log(`  ${"fault".padEnd(width)}  ${COLUMNS.map((column) => column.padStart(13)).join("")}`);
  const outcomes: FaultOutcome[] = [];
  for (const fault of faults) {
    if ("skipped" in fault && fault.skipped !== undefined) {
      console.log(`  ${fault.name.padEnd(width)}   SKIPPED: ${fault.skipped}`);
      continue;
    }
    const outcome = await happen(fault);
    outcomes.push(outcome);
    const { calls, lost, doubled, unknown, longestGapMs } = outcome;
    const cells = [calls, lost, doubled, unknown, `${Math.round(longestGapMs)} ms`];
    console.log(`  ${fault.name.padEnd(width)}  ${cells.map((cell) => String(cell).padStart(13)).join("")}`);
    for (const message of new Set(outcome.told)) console.log(`    lost: ${message}`);
  }
  const sum = (of: "lost" | "doubled" | "leaked"): number =>
    outcomes.reduce((total, outcome) => total + outcome[of], 0);
  return {
    summary: `faults ${outcomes.length}, lost ${sum("lost")}, doubled ${sum("doubled")}, leaked ${sum("leaked")}`,
    survived: sum("lost") + sum("doubled") + sum("leaked") === 0,
  };
}

function happen(fault: Fault | JobFault): Promise<FaultOutcome> {
  return "job" in fault ? runJobFault(fault) : runFault(fault);
}
