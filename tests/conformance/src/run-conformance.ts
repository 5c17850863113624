import { differenceOf, expectedAnswer } from "./compare-answers.ts";
import { loadCases, type Answer, type ConformanceCase } from "./conformance-case.ts";
import { replay } from "./replay.ts";
import type { ConformanceTarget } from "./target.ts";

/** What became of one case. */
export interface CaseOutcome {
  readonly case: ConformanceCase;
  readonly expected: Answer;
  /** What the client resolved to; absent when it threw. */
  readonly got?: unknown;
  /** Absent when the case passes: the difference, or the thrown error's message, in a few words. */
  readonly failure?: string;
}

/** Replays the cases one after the other on the target: all of them, or those that are given. */
export async function runConformance(
  target: ConformanceTarget,
  cases?: readonly ConformanceCase[],
): Promise<readonly CaseOutcome[]> {
  const outcomes: CaseOutcome[] = [];
  for (const conformanceCase of cases ?? (await loadCases())) {
    outcomes.push(await runCase(target, conformanceCase));
  }
  return outcomes;
}

async function runCase(target: ConformanceTarget, conformanceCase: ConformanceCase): Promise<CaseOutcome> {
  const common = { case: conformanceCase, expected: expectedAnswer(conformanceCase, target) };
  try {
    const served = await target.client(conformanceCase);
    try {
      const got = await replay(served.client, conformanceCase.chain);
      const failure = differenceOf(conformanceCase, got, target);
      return failure === undefined ? { ...common, got } : { ...common, got, failure };
    } finally {
      await served.dispose();
    }
  } catch (error) {
    return {
      ...common,
      failure: error instanceof Error ? `threw ${error.name}: ${error.message}` : `threw ${String(error)}`,
    };
  }
}
