import { PATIENT, largeTrail } from "./large-trail.ts";
import { explained, scannedWhole } from "./explained.ts";
import { durableServer } from "../audit/bench-database.ts";

/**
 * `pnpm bench:examine`: what a patient's report takes over 10,000,000 records, with its plan; `--quick` takes 200,000,
 * `--records=N` any other number.
 */

const given = process.argv.find((argument) => argument.startsWith("--records="))?.slice("--records=".length);
const records = Number(given ?? (process.argv.includes("--quick") ? 200_000 : 10_000_000));
if (!Number.isSafeInteger(records) || records < 1) throw new RangeError("--records takes a whole number");

const server = await durableServer();
try {
  const db = await largeTrail(server, records);
  const tried = [
    ["accessReport", (trail) => trail.accessReport(PATIENT)],
    ["query({ subject })", (trail) => trail.query({ subject: PATIENT })],
    ["accountingOfDisclosures", (trail) => trail.accountingOfDisclosures(PATIENT)],
  ] as const satisfies readonly (readonly [string, Parameters<typeof explained>[1]])[];
  for (const [name, work] of tried) {
    const found = await explained(db, work);
    console.log(
      `\n${name} over ${records.toLocaleString("en-US")} records: ${found.milliseconds.toFixed(1)} ms`,
    );
    for (const line of found.plan) console.log(`  ${line}`);
    const whole = scannedWhole(found);
    console.log(whole.length === 0 ? "answered from indexes" : `READ WHOLE: ${whole.join(", ")}`);
    if (whole.length > 0) process.exitCode = 1;
  }
  await db.close();
} finally {
  await server.stop();
}
