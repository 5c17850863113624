import { indented, print, seconds, styled } from "./terminal.ts";

/** A step that failed: which, why, and what to do. */
export class StepFailure extends Error {
  override readonly name = "StepFailure";
  readonly step: string;
  readonly remedy: string;

  constructor(step: string, cause: unknown, remedy: string) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.step = step;
    this.remedy = remedy;
  }
}

export interface Step<T> {
  /** Such as "load the sample data". */
  readonly name: string;
  /** What to do when it fails. */
  readonly remedy: string;
  readonly work: () => Promise<T>;
  /** What was done, for the line that is printed. */
  readonly done: (result: T) => string;
}

/** Runs one step of the set-up and prints what it did and how long it took. */
export async function runStep<T>({ name, remedy, work, done }: Step<T>): Promise<T> {
  const started = performance.now();
  try {
    const result = await work();
    const took = seconds(performance.now() - started);
    print(indented(`${done(result).padEnd(88)}${styled("dim", took.padStart(6))}`, 2));
    return result;
  } catch (error) {
    throw new StepFailure(name, error, remedy);
  }
}

export function showFailure(failure: unknown): void {
  const text =
    failure instanceof StepFailure
      ? [`Could not ${failure.step}.`, `  why:  ${failure.message}`, `  then: ${failure.remedy}`]
      : [
          `The example failed.`,
          `  why:  ${failure instanceof Error ? (failure.stack ?? failure.message) : String(failure)}`,
        ];
  process.stderr.write(`\n${text.join("\n")}\n`);
}
