import { copy } from "../../src/copy/copy.ts";
import type { CopyOptions, CopyReport, CopyWatcher } from "../../src/copy/copy-options.ts";
import type { Pair } from "./pair.ts";

/** Says nothing. */
export const quiet: CopyWatcher = { note() {}, warning() {}, begin() {}, advance() {}, end() {} };

/** Copies with what a test does not set as the command has it. */
export function run(
  { source, target }: Pick<Pair, "source" | "target">,
  options: Partial<CopyOptions> = {},
): Promise<CopyReport> {
  return copy(source, target, {
    tables: {},
    keyWrapper: undefined,
    jobs: 3,
    chunkBytes: 64e6,
    bytesPerSecond: undefined,
    quarantine: false,
    restart: false,
    signal: new AbortController().signal,
    watcher: quiet,
    ...options,
  });
}

/** What the work was rejected with. */
export async function failure(work: Promise<unknown>): Promise<Error> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("it was expected to fail");
}
