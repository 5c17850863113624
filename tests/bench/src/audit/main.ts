import { type ArmName, armsOn } from "./arms.ts";
import { benchDatabase, durableServer } from "./bench-database.ts";
import { measure, type Measured } from "./measure.ts";

/**
 * `pnpm bench:audit`: what a record costs. A row by its key, at 1 and 32 callers, with and without waiting for the disk.
 * Ratios are the result; the rates are this machine's.
 */

const quick = process.argv.includes("--quick");
const rounds = quick ? 5 : 15;
const roundMs = quick ? 200 : 500;
/** As many as V8 takes until the path of a call is compiled for good. */
const warmUp = 25_000;

const WHAT: Readonly<Record<ArmName, string>> = {
  read: "by hand, without a record",
  hand: "by hand, with the same record",
  statement: "Offramp's statement, sent by hand",
  offramp: "Offramp",
};

const server = await durableServer();
const lowest: Partial<Record<ArmName, number>>[] = [];
try {
  for (const synchronousCommit of ["on", "off"] as const) {
    const database = await benchDatabase(server, { patients: 10_000, synchronousCommit });
    const arms = await armsOn(database);
    for (const callers of [1, 32]) {
      const rates = await measure(arms, { callers, warmUp: callers === 1 ? warmUp : 0, rounds, roundMs });
      console.log(
        `\nsynchronous_commit ${synchronousCommit}, ${callers} ${callers === 1 ? "caller" : "callers"}`,
      );
      for (const name of Object.keys(WHAT) as ArmName[])
        console.log(line(WHAT[name], rates[name], rates.hand));
      // Where the disk is waited for, its moods are most of what is measured.
      if (synchronousCommit === "off") {
        lowest.push({
          statement: rates.statement.rate / rates.hand.rate,
          offramp: rates.offramp.rate / rates.hand.rate,
        });
      }
    }
    await database.close();
  }
} finally {
  await server.stop();
}

const least = (name: ArmName): string =>
  Math.min(...lowest.map((ratios) => ratios[name] ?? Number.NaN)).toFixed(2);
console.log(
  `\nlowest against hand-written SQL that inserts the same record: ${least("statement")} the statement alone, ${least("offramp")} the client`,
);

function line(what: string, { rate, spread: [low, high] }: Measured, hand: Measured): string {
  const whole = (value: number): string => Math.round(value).toLocaleString("en");
  return `  ${what.padEnd(36)}${whole(rate).padStart(8)}/s  ${(rate / hand.rate).toFixed(2)}  (${whole(low)} to ${whole(high)})`;
}
