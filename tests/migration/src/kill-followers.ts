import { setTimeout as sleep } from "node:timers/promises";

import type { ThrowawayServer } from "@offramp/db/testing";

import { namedDifferences } from "./named-differences.ts";
import { type Ends, offramp, offrampDone, startOfframp } from "./offramp-process.ts";
import { writingApplication } from "./writing-application.ts";

/** How often followers are killed, and what is restarted meanwhile. */
export interface FollowKillOptions {
  readonly kills: number;
  /** Between 0 and 1, like `Math.random`. */
  readonly random: () => number;
  readonly servers: readonly ThrowawayServer[];
  readonly say: (line: string) => void;
}

/** What the kills and the cut-over came to. */
export interface FollowKillReport {
  readonly kills: number;
  readonly restarts: number;
  readonly written: number;
  /** Between the last write that the source could take and the moment when the target was ready. */
  readonly pauseMs: number;
  /** What verify named after the cut-over. It should be nothing. */
  readonly named: readonly string[];
}

/** Every so many kills, one of the servers is restarted too, in turn and by turns planned and crashing. */
const RESTART_EVERY = 3;

/**
 * Copies anew while an application writes, kills `offramp follow` at random moments and restarts servers, cuts over, verifies, and
 * goes back.
 */
export async function killFollowers(ends: Ends, options: FollowKillOptions): Promise<FollowKillReport> {
  const { kills, random, servers, say } = options;
  const application = writingApplication(ends.sourceUrl);
  try {
    await offrampDone(["copy", "--restart", "--follow", "--yes"], ends);
    let restarts = 0;
    for (let killed = 0; killed < kills; killed += 1) {
      await killOnce(ends, 300 + Math.round(random() * 2_500), async () => {
        if (killed % RESTART_EVERY !== RESTART_EVERY - 1) return;
        const server = servers[restarts % servers.length];
        await server?.stop(restarts % 2 === 0 ? "crash" : "fast");
        await server?.start();
        restarts += 1;
      });
    }
    say(
      `  follow killed ${kills} times, servers restarted ${restarts} times, ${application.written()} writes so far`,
    );
    await offrampDone(["follow", "--until-caught-up"], ends);
    const cutover = await offrampDone(["cutover", "--reverse", "--yes", "--json"], ends);
    await application.refused;
    const { pauseMs } = JSON.parse(cutover.stdout) as { readonly pauseMs: number };
    const named = namedDifferences((await offramp(["verify", "--json"], ends)).stdout);
    say(`  cut over in ${(pauseMs / 1_000).toFixed(1)} s, verify names ${named.length}`);
    await offrampDone(["rollback", "--yes"], ends);
    await offrampDone(["follow", "--end", "--yes"], ends);
    return { kills, restarts, written: application.written(), pauseMs, named };
  } finally {
    await application.stop();
  }
}

/** Starts a follower and kills it after a while, with something that happens to the servers meanwhile. */
async function killOnce(ends: Ends, afterMs: number, meanwhile: () => Promise<void>): Promise<void> {
  const child = startOfframp(["follow"], ends);
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (said += text));
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  while (child.exitCode === null && !said.includes("Following")) await sleep(25);
  await sleep(afterMs);
  await meanwhile();
  child.kill("SIGKILL");
  const code = await ended;
  if (code !== null) throw new Error(`offramp follow ended by itself with ${code}:\n${said}`);
}
