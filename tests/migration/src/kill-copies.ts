import { connect } from "@offramp/db";

import { namedDifferences } from "./named-differences.ts";
import { type Ends, offramp, offrampDone, startOfframp } from "./offramp-process.ts";

/** How often copies are killed, and how. */
export interface KillOptions {
  readonly kills: number;
  /** Between 0 and 1, like `Math.random`. */
  readonly random: () => number;
  readonly say: (line: string) => void;
}

/** What the kills came to. */
export interface KillReport {
  readonly kills: number;
  /** Copies that were brought to their end in between, and verified. */
  readonly copies: number;
  /** What verify named. It should be nothing. */
  readonly named: readonly string[];
}

/** Small parts at a slow pace: a copy takes some seconds, so that a kill falls into the middle of one. */
const SLOWLY = ["--jobs", "3", "--chunk", "40kB", "--throttle", "600kB"];

/** Kills copies at random moments until they were killed often enough, and verifies each when it is whole. */
export async function killCopies(ends: Ends, { kills, random, say }: KillOptions): Promise<KillReport> {
  let [killed, copies] = [0, 0];
  const named: string[] = [];
  const target = connect({ url: ends.targetUrl, max: 1 });
  try {
    while (killed < kills) {
      await forgetCopy(ends);
      for (let inThisCopy = 0; killed < kills && inThisCopy < 8; inThisCopy += 1) {
        const whole = await killOnce(ends, Math.round(random() * 2_500), async () => {
          const [row] = await target.query({
            text: "select count(*) as n from pg_stat_activity where datname = current_database() and application_name = 'offramp' and pid <> pg_backend_pid()",
          });
          return Number(row?.["n"]) > 0;
        });
        if (whole) break;
        killed += 1;
      }
      await offrampDone(["copy", "--jobs", "3", "--chunk", "40kB"], ends);
      copies += 1;
      const verified = await offramp(["verify", "--json"], ends);
      named.push(...namedDifferences(verified.stdout));
      say(`  killed ${killed} times, ${copies} copies whole, verify names ${named.length}`);
    }
  } finally {
    await target.close();
  }
  return { kills: killed, copies, named };
}

/** Starts a copy and kills it `afterMs` after it began to work. Says whether it was done before. */
async function killOnce(ends: Ends, afterMs: number, works: () => Promise<boolean>): Promise<boolean> {
  const child = startOfframp(["copy", ...SLOWLY], ends);
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  while (child.exitCode === null && !(await works())) await new Promise((resolve) => setTimeout(resolve, 25));
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, afterMs))]);
  child.kill("SIGKILL");
  return (await ended) !== null;
}

/** Empties the target, so that the next copy begins anew. */
async function forgetCopy(ends: Ends): Promise<void> {
  const restarted = startOfframp(["copy", ...SLOWLY, "--restart", "--yes"], ends);
  const ended = new Promise((resolve) => restarted.on("close", resolve));
  // It has emptied the target when the first part is written down as planned and not done.
  const target = connect({ url: ends.targetUrl, max: 1 });
  try {
    for (;;) {
      const [there] = await target.query({
        text: "select to_regclass('offramp.copy_chunk') is not null as there",
      });
      if (there?.["there"] === "t") {
        const [row] = await target.query({
          text: "select count(*) as n from offramp.copy_chunk where done_at is null",
        });
        if (Number(row?.["n"]) > 0) break;
      }
      if (restarted.exitCode !== null) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  } finally {
    await target.close();
  }
  restarted.kill("SIGKILL");
  await ended;
}
