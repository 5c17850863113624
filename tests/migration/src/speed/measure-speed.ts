import { connect } from "@offramp/db";
import { throwawayCluster } from "@offramp/db/testing";

import type { Ends } from "../offramp-process.ts";
import { encryptedRun } from "./encrypted-rows.ts";
import { patientsRun } from "./patients.ts";
import { plainRound, preparePlainRows, type PlainRound } from "./plain-rows.ts";
import { isMet, median, renderTargets, type Target } from "./speed-targets.ts";
import type { Timed } from "./timed-process.ts";

/** The guide allows 30 minutes for so many. */
const PATIENTS = 10_000;
const ROUNDS = 3;
/** Nothing in the background falls on one of those that are compared and not on the other. */
const SETTINGS = { autovacuum: "off" };

/**
 * Measures the speed of copying and verifying: plain rows beside `psql \\copy | \\copy`, in turns; a Supabase project with
 * 10,000 patients; and encrypted columns. Every `offramp` is the built one, with its defaults.
 *
 * @returns whether every target was met.
 */
export async function measureSpeed(rows: number, say: (line: string) => void): Promise<boolean> {
  const runs: Timed[] = [];
  const told = (what: string, run: Timed, count: number): string => {
    runs.push(run);
    return `${what} ${shown(run, count)}`;
  };
  const [from, to] = await Promise.all([
    throwawayCluster({ settings: SETTINGS }),
    throwawayCluster({ settings: SETTINGS }),
  ]);
  const rounds: PlainRound[] = [];
  try {
    const ends: Ends = { sourceUrl: from.primary.url, targetUrl: to.primary.url };
    await preparePlainRows(ends, rows);
    say(`${rows.toLocaleString("en-US")} rows of plain columns, in ${ROUNDS} rounds; who begins takes turns`);
    for (let round = 0; round < ROUNDS; round += 1) {
      const { copy, verify, psql } = await plainRound(ends, round % 2 === 1);
      rounds.push({ copy, verify, psql });
      say(`  ${told("copy", copy, rows)}; ${told("verify", verify, rows)}`);
      say(psql === undefined ? "  psql is not installed" : `  psql \\copy | \\copy ${shown(psql, rows)}`);
    }
    const few = Math.max(1, Math.round(rows / 25));
    const sealed = await encryptedRun(await ownDatabases(ends, "sealed"), few);
    say(`${few.toLocaleString("en-US")} rows with two encrypted columns of four`);
    say(`  ${told("copy", sealed.copy, few)}; ${told("verify", sealed.verify, few)}`);
  } finally {
    await Promise.all([from.stop(), to.stop()]);
  }
  const patients = await patientsRun(PATIENTS, SETTINGS);
  say(`A Supabase project with ${PATIENTS.toLocaleString("en-US")} patients and what belongs to them`);
  say(`  ${told("copy", patients.copy, 0)}; ${told("verify, rows and schema,", patients.verify, 0)}`);
  const targets = [
    ...plainTargets(rounds),
    {
      what: "10,000 patients copied and verified",
      measured: patients.copy.seconds + patients.verify.seconds,
      unit: "s",
      below: 20,
    },
    { what: "memory", measured: highest(runs), unit: "MiB", below: 300 },
  ] satisfies Target[];
  say(renderTargets(targets));
  return targets.every(isMet);
}

/** Of the medians: one round may be hit by something else on the machine. */
function plainTargets(rounds: readonly PlainRound[]): Target[] {
  const psql = median(rounds.flatMap((round) => (round.psql === undefined ? [] : [round.psql.seconds])));
  const share = (name: "copy" | "verify"): number | undefined => {
    const own = median(rounds.map((round) => round[name].seconds));
    return psql === undefined || own === undefined ? undefined : psql / own;
  };
  return [
    { what: "copy", measured: share("copy"), unit: "of psql", atLeast: 0.8 },
    { what: "verify", measured: share("verify"), unit: "of psql", atLeast: 0.5 },
  ];
}

function highest(runs: readonly Timed[]): number | undefined {
  const peaks = runs.flatMap(({ peakMiB }) => (peakMiB === undefined ? [] : [peakMiB]));
  return peaks.length < runs.length ? undefined : Math.max(...peaks);
}

/** An empty database of the name on both servers. */
async function ownDatabases(ends: Ends, name: string): Promise<Ends> {
  const [sourceUrl = "", targetUrl = ""] = await Promise.all(
    [ends.sourceUrl, ends.targetUrl].map(async (url) => {
      const db = connect({ url, max: 1 });
      await db.query({ text: `create database ${name}` });
      await db.close();
      const own = new URL(url);
      own.pathname = `/${name}`;
      return own.href;
    }),
  );
  return { sourceUrl, targetUrl };
}

function shown({ seconds, peakMiB }: Timed, rows: number): string {
  const rate = rows === 0 ? [] : [`${Math.round(rows / seconds).toLocaleString("en-US")} rows/s`];
  const memory = peakMiB === undefined ? [] : [`${Math.round(peakMiB)} MiB at most`];
  return `${seconds.toFixed(1)} s (${[...rate, ...memory].join(", ")})`;
}
