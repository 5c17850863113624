import type { DataFile, DataLine } from "./data-file.ts";

/** One line of the targets, and how the run stands to it. */
export interface Judged {
  readonly target: string;
  readonly bound: number;
  /** The worst that was measured; undefined where the run has nothing of it. */
  readonly found: number | undefined;
  /** Where that was. */
  readonly where: string | undefined;
  readonly met: boolean | undefined;
}

type Value = readonly [where: string, value: number];

const SINGLE = ["row", "list-100", "page-counted", "embed-20", "update", "rpc"] as const;

/** All targets, judged by one run. */
export function judgeTargets(data: DataFile): readonly Judged[] {
  const { measured, tables } = data;
  const of = (arm: string, workloads: readonly string[], callers: number): Value[] =>
    measured
      .filter((line) => line.arm === arm && workloads.includes(line.workload) && line.callers === callers)
      .flatMap((line): Value[] => (line.ratio === null ? [] : [[line.workload, line.ratio.middle]]));
  const many = measured.filter(
    ({ arm, workload, callers }) => arm === "offramp" && isSingle(workload) && callers === 32,
  );
  const p99 = many.flatMap(({ workload, p99Ratio }): Value[] =>
    p99Ratio === null ? [] : [[workload, p99Ratio.middle]],
  );
  const p99OfAll = many.flatMap((line): Value[] => {
    const base = sibling(measured, line, line.against);
    return base === undefined ? [] : [[line.workload, line.p99OfAll / base.p99OfAll]];
  });
  const times = (other: string, workloads: readonly string[]): Value[] =>
    measured
      .filter(
        ({ arm, workload, callers }) => arm === "offramp" && workloads.includes(workload) && callers === 32,
      )
      .flatMap((line): Value[] => {
        const base = sibling(measured, line, other);
        return base === undefined ? [] : [[line.workload, line.rate.middle / base.rate.middle]];
      });
  const cpu = measured
    .filter(({ arm, workload, callers }) => arm === "offramp" && workload === "row" && callers === 32)
    .flatMap((line): Value[] => {
      const base = sibling(measured, line, "hand");
      return base === undefined ? [] : [[line.workload, line.cpuPerCall.middle - base.cpuPerCall.middle]];
    });
  const bulk = measured
    .filter(({ arm, workload }) => arm === "offramp" && workload === "insert-20000")
    .flatMap(({ callers, ratio }): Value[] => (ratio === null ? [] : [[`${callers} callers`, ratio.middle]]));
  const large = tables
    .filter((each) => each.tables === 2000)
    .map(({ ratio }): Value => ["row", ratio.middle]);
  return [
    atLeast(
      "one row, lists, update, rpc against hand-written SQL, 32 callers",
      0.9,
      of("offramp", SINGLE, 32),
    ),
    atMost("the same: p99 of a round against its p99", 1.15, p99),
    atMost("the same: p99 over all rounds against its p99", 1.15, p99OfAll),
    atLeast("the same at one caller", 0.9, of("offramp", SINGLE, 1)),
    atLeast("against Drizzle's builder, row and embed", 2.5, times("drizzle", ["row", "embed-20"])),
    atLeast(
      "against Drizzle's relational queries, row and embed",
      2.5,
      times("drizzle, relational", ["row", "embed-20"]),
    ),
    atLeast("against supabase-js and PostgREST, row", 10, times("supabase-js", ["row"])),
    atLeast("against supabase-js and PostgREST, list of 100", 2, times("supabase-js", ["list-100"])),
    atLeast(
      "with role and claims, against the pipelined transaction by hand",
      0.9,
      of("offramp, role", SINGLE, 32),
    ),
    atLeast("with the audit trail, against the same record by hand", 0.9, of("offramp, record", SINGLE, 32)),
    atLeast("insert of 20,000 rows, against json_to_recordset by hand", 0.9, bulk),
    atLeast("2,000 tables, against 2 tables", 0.97, large),
    atMost("CPU for a row beyond hand-written SQL on postgres.js, µs", 3, cpu),
  ];
}

export function targetsTable(targets: readonly Judged[], { quick = false } = {}): string {
  const lines = targets.map(({ target, bound, found, where, met }) => {
    const verdict = met === undefined ? "not measured" : met ? "met" : "MISSED";
    const value = found === undefined ? "" : `${found.toFixed(2)} (${where ?? ""})`;
    return `  ${verdict.padEnd(13)}${target.padEnd(72)}${bound.toFixed(2).padStart(6)}  ${value}`;
  });
  // One pause of the garbage collector is a tenth of such a round.
  const head = quick ? "targets, by rounds too short to judge by: a run without --quick tells" : "targets";
  return [head, ...lines].join("\n");
}

/** The lowest ratio of the builder to hand-written SQL: the run in one line. */
export function lowestLine({ measured }: Pick<DataFile, "measured">): string {
  const [lowest] = measured
    .filter(({ arm }) => arm === "offramp")
    .toSorted((one, other) => (one.ratio?.middle ?? Infinity) - (other.ratio?.middle ?? Infinity));
  if (lowest === undefined || lowest.ratio === null) {
    return "lowest: nothing was measured against hand-written SQL";
  }
  const { ratio, workload, callers } = lowest;
  return `lowest ${ratio.middle.toFixed(2)} of hand-written SQL: ${workload}, ${callers} ${callers === 1 ? "caller" : "callers"}`;
}

function isSingle(workload: string): boolean {
  return SINGLE.some((name) => name === workload);
}

function sibling(measured: readonly DataLine[], line: DataLine, arm: string): DataLine | undefined {
  return measured.find(
    (other) => other.arm === arm && other.workload === line.workload && other.callers === line.callers,
  );
}

function atLeast(target: string, bound: number, values: readonly Value[]): Judged {
  const [worst] = values.toSorted(([, one], [, other]) => one - other);
  return judged({ target, bound, worst, met: (value) => value >= bound });
}

function atMost(target: string, bound: number, values: readonly Value[]): Judged {
  const [worst] = values.toSorted(([, one], [, other]) => other - one);
  return judged({ target, bound, worst, met: (value) => value <= bound });
}

interface Judging {
  readonly target: string;
  readonly bound: number;
  readonly worst: Value | undefined;
  readonly met: (value: number) => boolean;
}

function judged({ target, bound, worst, met }: Judging): Judged {
  if (worst === undefined) return { target, bound, found: undefined, where: undefined, met: undefined };
  const [where, found] = worst;
  return { target, bound, found, where, met: met(found) };
}
