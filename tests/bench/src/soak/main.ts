import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { connect } from "@offramp/db";
import { throwawayPostgres } from "@offramp/db/testing";
import { createClient } from "@offramp/supabase-shim";
import { benchDatabase, CONNECTIONS } from "../engine/bench-database.ts";
import { heapInUse } from "../engine/collect-garbage.ts";
import { quantile } from "../engine/statistics.ts";
import type { BenchClient } from "../engine/workload.ts";
import { randomCall } from "./random-call.ts";
import { type Sample, verdictOf } from "./verdict.ts";

/**
 * `pnpm soak`: ten minutes (`--minutes`) of 256 callers (`--callers`) with random shapes, errors and aborts. Prints what
 * memory, connections, prepared statements and latency are as time goes by, and ends with the verdict: exit code 1 when
 * a bound was broken.
 */
const { values } = parseArgs({
  options: { minutes: { type: "string", default: "10" }, callers: { type: "string", default: "256" } },
});
const milliseconds = Number(values.minutes) * 60_000;
const callers = Number(values.callers);
const INTERVALS = 20;
/** An aborted call is cancelled on the server by a connection of its own, which lasts as long as that takes. */
const BESIDE_THE_POOL = 30;

const server = await throwawayPostgres({ provider: "embedded" });
const database = await benchDatabase(server);
await database.offramp.query({
  text: `create function slow_number(seconds double precision) returns integer language plpgsql as
    $$ begin perform pg_sleep(seconds); return 1; end $$`,
});
const db = connect({ url: `${database.url}?application_name=offramp-soak`, max: CONNECTIONS });
const client: BenchClient = createClient(db, undefined, { audit: false, watchSchema: false });
const watcher = connect({ url: database.url, max: 1 });

let latencies: number[] = [];
let calls = 0;
let unexpected = 0;
const begin = performance.now();
const end = begin + milliseconds;

async function caller(): Promise<void> {
  while (performance.now() < end) {
    const { expected, run } = randomCall(Math.random);
    const start = performance.now();
    const signal = expected === "abort" ? AbortSignal.timeout(5 + Math.floor(Math.random() * 40)) : undefined;
    const { error } = await run(client, signal);
    calls += 1;
    if (expected !== "abort") latencies.push(performance.now() - start);
    if ((error === null) !== (expected === "answer")) {
      unexpected += 1;
      if (unexpected <= 5) console.error(`expected ${expected}: ${error?.message ?? "an answer"}`);
    }
  }
}

async function sample(): Promise<Sample> {
  const seconds = Math.round((performance.now() - begin) / 1000);
  const sorted = latencies.toSorted((one, other) => one - other);
  const counted = calls;
  latencies = [];
  calls = 0;
  const [row] = await watcher.query({
    text: `select count(*) as connections, count(*) filter (where state = 'idle in transaction'
        and state_change < now() - interval '5 seconds') as stuck
      from pg_stat_activity where application_name = 'offramp-soak'`,
  });
  const own = await Promise.all(
    Array.from({ length: CONNECTIONS }, () =>
      db.query({ text: "select count(*) as n from pg_prepared_statements" }),
    ),
  );
  return {
    seconds,
    calls: counted,
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
    heap: heapInUse(),
    resident: process.memoryUsage().rss,
    connections: Number(row?.["connections"]),
    prepared: Math.max(...own.map(([each]) => Number(each?.["n"]))),
    idleInTransaction: Number(row?.["stuck"]),
  };
}

const MIB = 1024 * 1024;
console.log(
  "    s      calls   p50 ms   p99 ms   heap MiB    rss MiB   connections  prepared  idle in transaction",
);
const working = Promise.all(Array.from({ length: callers }, caller));
const samples: Sample[] = [];
// To look at the pool's connections takes as long as a call does, so the last look begins while there are callers.
for (let interval = 1; interval < INTERVALS; interval += 1) {
  await setTimeout(Math.max(begin + (milliseconds / INTERVALS) * interval - performance.now(), 0));
  if (performance.now() > end) break;
  const found = await sample();
  samples.push(found);
  const cells: readonly (readonly [string, number])[] = [
    [String(found.seconds), 5],
    [found.calls.toLocaleString("en"), 11],
    [found.p50.toFixed(1), 9],
    [found.p99.toFixed(1), 9],
    [(found.heap / MIB).toFixed(1), 11],
    [(found.resident / MIB).toFixed(0), 11],
    [String(found.connections), 14],
    [String(found.prepared), 10],
    [String(found.idleInTransaction), 21],
  ];
  console.log(cells.map(([text, width]) => text.padStart(width)).join(""));
}
await working;
const health = await db.health();
const problems = [
  ...verdictOf(samples, unexpected, {
    connections: CONNECTIONS + BESIDE_THE_POOL,
    prepared: 400,
    growth: 0.25,
    heapAllowance: 8 * MIB,
  }),
  ...(health.pool?.idle === health.pool?.open ? [] : ["a connection was not given back"]),
];
const last = samples.at(-1);
if ((last?.idleInTransaction ?? 0) > 0) problems.push("a transaction was left open");
await Promise.all([db.close(), watcher.close(), database.close()]);
await server.stop();
console.log(
  problems.length === 0
    ? `kept to every bound for ${values.minutes} minutes at ${callers} callers`
    : `BROKEN: ${problems.join("; ")}`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
