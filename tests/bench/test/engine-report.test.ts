import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startPace } from "../src/engine/pace.ts";
import { changesTable, compareRuns } from "../src/engine/report/compare.ts";
import { type DataFile, type DataLine, readDataFile, writeDataFile } from "../src/engine/report/data-file.ts";
import { plot } from "../src/engine/report/plot.ts";
import { table } from "../src/engine/report/table.ts";
import { judgeTargets, lowestLine, targetsTable } from "../src/engine/report/targets.ts";
import { figuresOf, p99Of, quantile, ratioOf, type Spread, spreadOf } from "../src/engine/statistics.ts";

interface Given {
  readonly rate: number;
  readonly p99?: number;
  readonly cpuPerCall?: number;
}

/** One that every round had. */
function always(value: number): Spread {
  return { middle: value, low: value, high: value };
}

/** Of 1,000 calls in a second and a p99 of 2 ms, as an arm by hand has it. */
function line(workload: string, arm: string, { rate, p99 = 2, cpuPerCall = 30 }: Given): DataLine {
  return {
    workload,
    callers: 32,
    arm,
    against: "hand",
    ratio: always(rate / 1000),
    p99Ratio: always(p99 / 2),
    rate: { middle: rate, low: rate - 100, high: rate + 100 },
    p50: always(1),
    p99: always(p99),
    p99OfAll: p99 + 0.2,
    cpuPerCall: always(cpuPerCall),
    heapGrowth: { middle: 2048, low: 0, high: 4096 },
  };
}

function run(measured: readonly DataLine[]): DataFile {
  return {
    version: 2,
    finishedAt: "2026-07-04T12:00:00.000Z",
    machine: { cpus: 2, node: "v24", postgres: "18" },
    rounds: 3,
    minutes: 4,
    measured: [...measured],
    tables: [
      { tables: 2, rate: always(1000), ratio: always(1) },
      { tables: 2000, rate: always(960), ratio: always(0.96) },
    ],
    shapes: {
      shapes: 10_000,
      newShapeMicroseconds: 500,
      knownShapeMicroseconds: 100,
      heapOfThousand: 2048,
      heapGrowth: 4096,
      preparedStatements: 80,
    },
    heapPerClient: 2000,
  };
}

test("quantiles are values that were measured, by the nearest rank", () => {
  // The example of the nearest-rank method that textbooks give: of 15, 20, 35, 40 and 50.
  const values = [15, 20, 35, 40, 50];
  expect([0.05, 0.3, 0.4, 0.5, 1].map((share) => quantile(values, share))).toEqual([15, 20, 20, 35, 50]);
  expect(spreadOf([3, 1, 2])).toEqual({ middle: 2, low: 1, high: 3 });
  expect(quantile([], 0.5)).toBeNaN();
});

test("a ratio is the median of the rounds' own ratios, so that a slow round hits both arms", () => {
  const round = (calls: number, seconds = 1) => ({
    calls,
    seconds,
    latencies: [1],
    cpuMicroseconds: calls * 30,
  });
  // Rates of 90 against 100, 9 against 10 in a round in which the machine was busy, and 110 against 100.
  expect(ratioOf([round(90), round(9), round(110)], [round(100), round(10), round(100)])).toEqual({
    middle: 0.9,
    low: 0.9,
    high: 1.1,
  });
  expect(figuresOf([round(100), round(400, 2)], [5, 7, 6])).toMatchObject({
    rate: { middle: 100, low: 100, high: 200 },
    cpuPerCall: always(30),
    heapGrowth: { middle: 6, low: 5, high: 7 },
  });
});

test("a round's p99 is held against that of the same round, and beside it all calls have one", () => {
  const round = (...latencies: number[]) => ({ calls: 100, seconds: 1, latencies, cpuMicroseconds: 0 });
  const usual = Array.from({ length: 98 }, () => 1);
  const rounds = [round(...usual, 2, 2), round(...usual, 3, 3), round(...usual, 40, 40)];
  const base = [round(...usual, 2, 2), round(...usual, 2, 2), round(...usual, 50, 50)];
  expect(ratioOf(rounds, base, p99Of)).toEqual({ middle: 1, low: 0.8, high: 1.5 });
  // The 297th of 300.
  expect(figuresOf(rounds, [0])).toMatchObject({ p99: { middle: 3, low: 2, high: 40 }, p99OfAll: 3 });
});

test("the run ends on time: a slow place makes those behind it shorter", () => {
  let now = 0;
  const pace = startPace({ milliseconds: 100_000, places: 10, arms: 2, rounds: 2 }, () => now);
  expect(pace()).toEqual({ warmUpMs: 1500, roundMs: 1000 });
  now = 55_000;
  // Nine places share what is left: 45 seconds.
  expect(pace()).toEqual({ warmUpMs: 750, roundMs: 500 });
  now = 200_000;
  expect(pace()).toEqual({ warmUpMs: 15, roundMs: 15 });
});

test("each target is judged by its worst place, and the last line names the lowest", () => {
  const data = run([
    line("row", "hand", { rate: 1000 }),
    line("row", "offramp", { rate: 950, p99: 2.4, cpuPerCall: 32 }),
    line("row", "drizzle", { rate: 300 }),
    line("list-100", "hand", { rate: 1000 }),
    line("list-100", "offramp", { rate: 890 }),
    line("list-100", "offramp, role", { rate: 990 }),
  ]);
  const judged = judgeTargets(data);
  expect(judged.filter(({ met }) => met !== undefined)).toMatchObject([
    { bound: 0.9, found: 0.89, where: "list-100", met: false },
    { bound: 1.15, found: 1.2, where: "row", met: false },
    { bound: 1.15, found: 2.6 / 2.2, where: "row", met: false },
    { bound: 2.5, where: "row", met: true },
    { bound: 0.9, found: 0.99, where: "list-100", met: true },
    { bound: 0.97, found: 0.96, met: false },
    { bound: 3, found: 2, where: "row", met: true },
  ]);
  expect(targetsTable(judged)).toContain("not measured against supabase-js and PostgREST, row");
  expect(targetsTable(judged, { quick: true })).toMatch(/^targets, by rounds too short to judge by/);
  expect(lowestLine(data)).toBe("lowest 0.89 of hand-written SQL: list-100, 32 callers");
  expect(lowestLine(run([]))).toBe("lowest: nothing was measured against hand-written SQL");
});

test("two runs are compared by their ratios, the worst first", () => {
  const earlier = run([
    line("row", "offramp", { rate: 900 }),
    line("rpc", "offramp", { rate: 900 }),
    line("update", "offramp", { rate: 500 }),
  ]);
  const now = run([
    line("row", "offramp", { rate: 450 }),
    line("rpc", "offramp", { rate: 880 }),
    line("update", "offramp", { rate: 900 }),
  ]);
  const changes = compareRuns(earlier, now, 0.1);
  expect(changes.map(({ place, before, now: later }) => [place, before, later])).toEqual([
    ["row, 32 callers, offramp", 0.9, 0.45],
    ["update, 32 callers, offramp", 0.5, 0.9],
  ]);
  expect(changesTable(changes, 0.1)).toContain("2 ratios differ by more than 10 %");
  expect(changesTable(compareRuns(earlier, earlier, 0.1), 0.1)).toBe(
    "compared: every ratio is within 10 % of the earlier run's",
  );
});

test("a data file is read as it was written, and another file is refused", async () => {
  const folder = await mkdtemp(join(tmpdir(), "offramp-bench-"));
  try {
    const path = join(folder, "run.json");
    const data = run([line("row", "hand", { rate: 1000 })]);
    await writeDataFile(path, data);
    expect(await readDataFile(path)).toEqual(data);
    await writeFile(path, JSON.stringify({ ...data, version: 1 }));
    await expect(readDataFile(path)).rejects.toThrow("is no data file of `pnpm bench`");
    await writeFile(path, "{");
    await expect(readDataFile(path)).rejects.toThrow("is no data file of `pnpm bench`");
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("the table has a line for each arm", () => {
  const text = table([line("row", "hand", { rate: 1000 }), line("row", "offramp", { rate: 950 })]);
  expect(text.split("\n")).toHaveLength(3);
  expect(text).toMatch(/^row, 32 callers +throughput/);
  expect(text).toMatch(
    / {2}offramp +950\/s +850…1,050 +0\.95 +0\.95…0\.95 +1\.00 ms +1\.00…1\.00 +2\.00 ms +2\.00…2\.00 +30 µs +30…30 +2 KiB +0…4/,
  );
});

test("the plot has a bar for each arm that was measured, as long as its ratio", () => {
  const svg = plot(
    run([
      line("row", "offramp", { rate: 700 }),
      line("row", "drizzle", { rate: 350 }),
      line("a<b", "offramp", { rate: 2000 }),
    ]),
    32,
  );
  const bars = [...svg.matchAll(/<rect x="150" y="\d+" width="([\d.]+)" height="8"/g)].map(([, width]) =>
    Number(width),
  );
  // The longest, of ratio 2, fills the scale of 600, and the others keep their proportion to it.
  expect(bars).toEqual([0.35 * 600, 0.175 * 600, 600]);
  expect(svg).toContain("a&lt;b");
  expect(svg).not.toContain("supabase-js");
  expect(plot(run([line("row", "offramp", { rate: 700 })]), 1)).not.toContain("0.70");
});
