/**
 * How a command ended. A check that could not run never counts as passed: it is `failed`.
 *
 * - `done`: it did what was asked, and there is nothing to look at.
 * - `findings`: it did what was asked, and found something that a person must look at.
 * - `failed`: it could not do what was asked.
 * - `aborted`: a person said no, or interrupted it.
 */
export type Outcome = "done" | "findings" | "failed" | "aborted";

const EXIT_CODES: Readonly<Record<Outcome, number>> = { done: 0, findings: 1, failed: 2, aborted: 3 };

/** What the process ends with: 0 done, 1 findings, 2 failed, 3 aborted. */
export function exitCode(outcome: Outcome): number {
  return EXIT_CODES[outcome];
}
