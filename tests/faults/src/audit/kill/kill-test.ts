import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { connect } from "@offramp/db";
import { throwawayPostgres } from "@offramp/db/testing";
import type { Entrance } from "./doors/open-doors.ts";
import { readJournal } from "./journal.ts";
import { type Reckoning, reckon } from "./reckoning.ts";
import { setScene } from "./scene.ts";
import { seededRandom } from "./seeded-random.ts";
import { type ServerFaults, serverFaults } from "./server-faults.ts";

export interface KillPlan {
  /** Decides what is called and when clients are killed; which call a kill meets is up to the machine. */
  readonly seed: number;
  readonly clientKills: number;
  readonly serverCrashes: number;
  readonly sessionEnds: number;
  /** When no further client is started, although there were more to kill. Default never. */
  readonly minutes?: number;
}

export interface KillOutcome extends Reckoning {
  /** What was done of the plan. */
  readonly done: Pick<KillPlan, "clientKills" | "serverCrashes" | "sessionEnds">;
}

/** Clients at work at one time. */
const LANES = 5;
/** How long a client works before it is killed. */
const LIFE_MS = 500;
const PATIENTS = 300;

const CALLER = fileURLToPath(new URL("caller.ts", import.meta.url));

/**
 * Clients read and change patients' rows and are killed with SIGKILL at random, sessions are ended, and the server
 * crashes and recovers. Then the answers, the rows and the trail are compared.
 *
 * The server does not wait for the disk: a process that is killed loses nothing that it has written, only a machine
 * that loses its power does.
 */
export async function killTest(plan: KillPlan): Promise<KillOutcome> {
  const folder = mkdtempSync(join(tmpdir(), "offramp-kill-test-"));
  const server = await throwawayPostgres({
    provider: "embedded",
    settings: { synchronous_commit: "on", full_page_writes: "on" },
  });
  try {
    const { url } = await server.createDatabase();
    await setScene(url, PATIENTS);
    const faults = serverFaults(url);
    const journal = join(folder, "journal");
    const done = await killClients({ plan, url, journal, faults });
    await faults.quiet();

    const db = connect({ url, max: 1 });
    try {
      return { done, ...(await reckon(db, readJournal(journal))) };
    } finally {
      await db.close();
    }
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Killing {
  readonly plan: KillPlan;
  readonly url: string;
  readonly journal: string;
  readonly faults: ServerFaults;
}

async function killClients({ plan, url, journal, faults }: Killing): Promise<KillOutcome["done"]> {
  const random = seededRandom(plan.seed);
  const until = performance.now() + (plan.minutes ?? Number.POSITIVE_INFINITY) * 60_000;
  const done = { clientKills: 0, serverCrashes: 0, sessionEnds: 0 };
  let begun = 0;
  const lane = async (): Promise<void> => {
    while (begun < plan.clientKills && performance.now() < until) {
      const number = (begun += 1);
      const client = startCaller({
        name: `c${number}`,
        seed: plan.seed + number,
        entrance: entranceOf(number),
        journal,
        url,
      });
      try {
        await ready(client);

        if (isDue(number, plan.sessionEnds, plan.clientKills)) {
          await faults.endSession();
          done.sessionEnds += 1;
        }
        if (isDue(number, plan.serverCrashes, plan.clientKills)) {
          await sleep(random() * LIFE_MS);
          if (await faults.crash()) done.serverCrashes += 1;
        }
        await sleep(random() * LIFE_MS);
      } finally {
        await kill(client);
        done.clientKills += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return done;
}

/** One client in four brings Drizzle. */
function entranceOf(number: number): Entrance {
  return number % 4 === 0 ? "drizzle" : "offramp";
}

/** Spreads `times` evenly over the numbers 1 to `of`. */
function isDue(number: number, times: number, of: number): boolean {
  return Math.floor((number * times) / of) > Math.floor(((number - 1) * times) / of);
}

function startCaller(caller: {
  readonly name: string;
  readonly seed: number;
  readonly entrance: Entrance;
  readonly journal: string;
  readonly url: string;
}): ChildProcess {
  const { name, seed, entrance, journal, url } = caller;
  const given = { name, seed: String(seed), entrance, journal };
  const words = Object.entries(given).flatMap(([option, value]) => [`--${option}`, value]);
  return spawn(process.execPath, ["--conditions=@offramp/source", CALLER, ...words], {
    env: {
      ...process.env,
      NODE_OPTIONS: "",
      NODE_NO_WARNINGS: "1",
      // Compiling the sources is most of what a start takes.
      NODE_COMPILE_CACHE: join(tmpdir(), "offramp-kill-test-cache"),
      KILL_TEST_URL: url,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/** A client that meets a recovering server at its start ends by itself, which is as good as a kill. */
async function ready(client: ChildProcess): Promise<void> {
  const { stdout } = client;
  if (stdout === null) throw new Error("The caller has no standard output.");
  await Promise.race([once(stdout, "data"), once(client, "exit")]);
}

async function kill(client: ChildProcess): Promise<void> {
  if (client.exitCode !== null || client.signalCode !== null) return;
  const exited = once(client, "exit");
  client.kill("SIGKILL");
  await exited;
}
