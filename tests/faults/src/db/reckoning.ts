import type { LoadReport } from "./load.ts";

/** What a fault cost. */
export interface Reckoning {
  readonly calls: number;
  /** Reads that failed, writes that were answered and are not there, and transactions that nobody could have known to fail. */
  readonly lost: number;
  /** Writes that are there more than once, or although their caller was told that they had no effect. */
  readonly doubled: number;
  /** Writes whose caller was told that their outcome is unknown. */
  readonly unknown: number;
  readonly longestGapMs: number;
}

/**
 * Compares what callers were told with what is in the ledger. A transaction whose connection broke before its commit is
 * the caller's to repeat, so it is not lost when it says so.
 */
export function reckon(report: LoadReport, ledger: ReadonlyMap<string, number>): Reckoning {
  const times = (call: string): number => ledger.get(call) ?? 0;
  const missing = report.writes.filter(({ call, told }) => told === "done" && times(call) === 0);
  const doubled = report.writes.filter(
    ({ call, told }) => times(call) > 1 || (told === "no effect" && times(call) > 0),
  );
  return {
    calls: report.calls,
    lost: report.failedReads.length + missing.length,
    doubled: doubled.length,
    unknown: report.writes.filter(({ told }) => told === "unknown").length,
    longestGapMs: report.longestGapMs,
  };
}
