import { parseArgs } from "node:util";

import { throwawayCluster, type ThrowawayServer } from "@offramp/db/testing";

import { injectRows } from "./inject-rows.ts";
import { injectSchema } from "./inject-schema.ts";
import { killCopies } from "./kill-copies.ts";
import { killFollowers } from "./kill-followers.ts";
import { namedDifferences } from "./named-differences.ts";
import { type Ends, offramp, offrampDone } from "./offramp-process.ts";
import { olderPrograms } from "./older-server.ts";
import { seededRandom } from "./seeded-random.ts";
import { measureSpeed } from "./speed/measure-speed.ts";
import { supabaseSource } from "./supabase-source.ts";

const usage = `pnpm migration    takes a Supabase project from one server to another with the offramp command, kills it at work,
                  puts differences into the target, and counts what verify did not name
    --quick       a small project and few kills: within 4 minutes
    --kills n     how often copy and follow are killed (default 50, quick 4)
    --seed n      the moments of an earlier run
    --speed rows  instead: how fast so many rows of plain columns are copied and verified, beside psql, then encrypted
                  columns and 10,000 patients; "pnpm build" first. Ends with 1 when a target is missed`;

const { values } = parseArgs({
  options: {
    help: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    kills: { type: "string" },
    seed: { type: "string" },
    speed: { type: "string" },
  },
});

if (values.help) console.log(usage);
else if (values.speed !== undefined)
  process.exitCode = (await measureSpeed(wholeNumber(values.speed), (line) => console.log(line))) ? 0 : 1;
else process.exitCode = await migrate();

async function migrate(): Promise<number> {
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
  const kills = Number(values.kills ?? (values.quick ? 4 : 50));
  if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(kills) || kills < 0)
    throw new RangeError(`--seed and --kills take whole numbers.\n${usage}`);
  const programs = olderPrograms();
  console.log(
    `A Supabase project on PostgreSQL ${programs === undefined ? 18 : 17}, and a target on 18 (--seed ${seed})`,
  );
  const source = await supabaseSource({
    scale: values.quick ? 300 : 3_000,
    ...(programs === undefined ? {} : { programs }),
  });
  const target = await throwawayCluster({ settings: { wal_level: "logical" } });
  const servers = [source.cluster.primary, target.primary];
  try {
    return await run({ sourceUrl: source.url, targetUrl: target.primary.url }, { kills, seed, servers });
  } finally {
    await Promise.all([source.stop(), target.stop()]);
  }
}

interface RunOptions {
  readonly kills: number;
  readonly seed: number;
  readonly servers: readonly ThrowawayServer[];
}

async function run(ends: Ends, { kills, seed, servers }: RunOptions): Promise<number> {
  const say = (line: string): void => console.log(line);
  say("offramp schema, copy, verify");
  await offrampDone(["schema", "--apply", "--yes"], ends);
  await offrampDone(["copy"], ends);
  const first = namedDifferences((await offramp(["verify", "--json"], ends)).stdout);
  for (const line of first) say(`  ${line}`);
  say(`Copies killed at random moments`);
  const random = seededRandom(seed);
  const killed = await killCopies(ends, { kills: Math.ceil(kills / 2), random, say });
  for (const line of killed.named) say(`  ${line}`);
  say("Followers killed and servers restarted while an application writes; then the cut-over");
  const followed = await killFollowers(ends, { kills: Math.floor(kills / 2), random, servers, say });
  for (const line of followed.named) say(`  ${line}`);
  say("Differences put into the target's schema and rows");
  const injected = [await injectSchema(ends, { every: values.quick ? 4 : 1 }), await injectRows(ends)];
  const problems = injected.flatMap((each) => each.problems);
  for (const line of problems) say(`  ${line}`);
  const [tried, named] = [sum(injected.map((each) => each.tried)), sum(injected.map((each) => each.named))];
  const differences = first.length + killed.named.length + followed.named.length;
  const pause = (followed.pauseMs / 1_000).toFixed(1);
  say(
    `\ndifferences ${differences}, injected ${named}/${tried} named, kills ${killed.kills + followed.kills}, pause ${pause} s`,
  );
  return differences === 0 && problems.length === 0 ? 0 : 1;
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number <= 0)
    throw new RangeError(`"${text}" is no whole number.\n${usage}`);
  return number;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
