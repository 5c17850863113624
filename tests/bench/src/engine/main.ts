import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { throwawayPostgres } from "@offramp/db/testing";
import { ARMS } from "./arms/all-arms.ts";
import { supabaseJs } from "./arms/supabase-js.ts";
import { type BenchDatabase, benchDatabase } from "./bench-database.ts";
import { heapPerClient, manyShapes } from "./many-shapes.ts";
import { manyTables } from "./many-tables.ts";
import { measureWorkload } from "./measure-workload.ts";
import { changesTable, compareRuns } from "./report/compare.ts";
import { type DataFile, readDataFile, writeDataFile } from "./report/data-file.ts";
import { cacheTable, table } from "./report/table.ts";
import { judgeTargets, lowestLine, targetsTable } from "./report/targets.ts";
import { startPace } from "./pace.ts";
import { postgrestOn, type PostgrestSource } from "./postgrest.ts";
import { checkSameAnswer } from "./same-answer.ts";
import { timedRound } from "./timed-round.ts";
import type { Workload } from "./workload.ts";
import { WORKLOADS } from "./workloads/all-workloads.ts";

/**
 * `pnpm bench`: what the engine costs, against SQL written by hand, in one run. Ratios are the result; the rates are this
 * machine's. `--quick` ends within four minutes, `--minutes` says how
 * long it may take, `--only row,list-100` measures these workloads alone, `--out` names the
 * data file, `--compare` an earlier one. With `--postgrest` and the path of PostgREST's executable, supabase-js is measured
 * against it; so it is with `PGRST_URL`, the address of one that somebody else starts: the run says which database it must
 * serve, and waits for it.
 */
const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    minutes: { type: "string" },
    only: { type: "string" },
    out: { type: "string" },
    compare: { type: "string" },
    postgrest: { type: "string" },
    tolerance: { type: "string", default: "0.15" },
  },
});

const { quick } = options;
const only = options.only?.split(",");
const unknown = only?.find((name) => WORKLOADS.every((workload) => workload.name !== name));
if (unknown !== undefined) {
  console.error(
    `There is no workload ${unknown}. There are: ${WORKLOADS.map(({ name }) => name).join(", ")}.`,
  );
  process.exit(2);
}
// Read before anything is measured: a wrong path should not cost a run.
const earlier = options.compare === undefined ? undefined : await readDataFile(options.compare);
const workloads = WORKLOADS.filter(({ name }) => only?.includes(name) ?? true);
const minutes = options.minutes === undefined ? (quick ? 3.2 : 40) : Number(options.minutes);
const rounds = quick ? 3 : 12;
const postgrest = postgrestSource();
let arms = ARMS;

/** Between them these take every path of an arm that is worth compiling. */
const WARM = new Set(["row", "list-100", "page-counted", "embed-20", "update", "rpc"]);

const server = await throwawayPostgres({ provider: "embedded" });
try {
  await using stack = new AsyncDisposableStack();
  const database = await benchDatabase(server);
  stack.defer(database.close);
  if (postgrest !== undefined) {
    const { url, token, stop } = await postgrestOn(database.url, postgrest);
    stack.defer(stop);
    arms = [...ARMS, supabaseJs(url, token)];
  }
  const data = await measureAll(database);
  if (options.out !== undefined) await writeDataFile(options.out, data);
  console.log(`\n${cacheTable(data)}\n\n${targetsTable(judgeTargets(data), { quick })}`);
  if (earlier !== undefined) {
    const tolerance = Number(options.tolerance);
    console.log(`\n${changesTable(compareRuns(earlier, data, tolerance), tolerance)}`);
  }
  console.log(`\n${lowestLine(data)}`);
} finally {
  await server.stop();
}

function postgrestSource(): PostgrestSource | undefined {
  if (options.postgrest !== undefined) return { executable: options.postgrest };
  const url = process.env["PGRST_URL"];
  return url === undefined ? undefined : { url: url.replace(/\/$/, "") };
}

async function measureAll(database: BenchDatabase): Promise<DataFile> {
  const measured: DataFile["measured"] = [];
  const places = workloads.flatMap((workload) =>
    callersOf(workload).map((callers) => ({ workload, callers })),
  );
  await warmUp(database);
  const pace = startPace({
    milliseconds: minutes * 60_000 * 0.65,
    places: places.length,
    arms: arms.length,
    rounds,
  });
  for (const workload of workloads) {
    await checkSameAnswer(database, workload, arms);
    for (const callers of callersOf(workload)) {
      const lines = await measureWorkload(database, workload, { arms, callers, rounds, ...pace() });
      measured.push(...lines);
      console.log(`\n${table(lines)}`);
    }
  }
  const [version] = await database.offramp.query({ text: "show server_version" });
  const tables = await manyTables(server, {
    tables: [2, 200, 2000],
    callers: 32,
    rounds: rounds * 3,
    roundMs: quick ? 120 : 500,
  });
  return {
    version: 2,
    finishedAt: new Date().toISOString(),
    machine: {
      cpus: availableParallelism(),
      node: process.version,
      postgres: version?.["server_version"] ?? "",
    },
    rounds,
    minutes,
    measured,
    tables,
    shapes: await manyShapes(database, quick ? 2000 : 10_000),
    heapPerClient: await heapPerClient(database),
  };
}

/** V8 compiles a path for good after thousands of calls, and a round is too short for that. */
async function warmUp(database: BenchDatabase): Promise<void> {
  for (const workload of WORKLOADS.filter(({ name }) => WARM.has(name))) {
    for (const arm of arms) {
      const call = arm.call(database, workload);
      if (call !== undefined) await timedRound(call, 32, quick ? 400 : 2000);
    }
  }
}

/** A call of 20,000 rows fills a connection for so long that 256 callers would only wait for each other. */
function callersOf({ heavy, name }: Workload): readonly number[] {
  if (heavy === true) return quick ? [1] : [1, 32];
  return quick && name !== "row" ? [1, 32] : [1, 32, 256];
}
