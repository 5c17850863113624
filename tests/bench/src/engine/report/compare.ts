import type { DataFile } from "./data-file.ts";

/** A line of two runs whose ratios differ. */
export interface Change {
  readonly place: string;
  readonly before: number;
  readonly now: number;
}

/**
 * Where this run's ratios differ from an earlier run's by more than `tolerance` (0.1 is a tenth). Ratios, because rates
 * are the machine's and its moods'. What only one of them measured is left out.
 */
export function compareRuns(earlier: DataFile, now: DataFile, tolerance: number): readonly Change[] {
  const before = new Map(earlier.measured.map((line) => [placeOf(line), line.ratio?.middle]));
  return now.measured
    .flatMap((line): Change[] => {
      const old = before.get(placeOf(line));
      const ratio = line.ratio?.middle;
      if (old === undefined || ratio === undefined || Math.abs(ratio / old - 1) <= tolerance) return [];
      return [{ place: placeOf(line), before: old, now: ratio }];
    })
    .toSorted((one, other) => one.now / one.before - other.now / other.before);
}

function placeOf({ workload, callers, arm }: DataFile["measured"][number]): string {
  return `${workload}, ${callers} callers, ${arm}`;
}

export function changesTable(changes: readonly Change[], tolerance: number): string {
  const bound = `${Math.round(tolerance * 100)} %`;
  if (changes.length === 0) return `compared: every ratio is within ${bound} of the earlier run's`;
  return [
    `compared: ${changes.length} ratios differ by more than ${bound}, the worst first`,
    ...changes.map(
      ({ place, before, now }) => `  ${place.padEnd(52)}${before.toFixed(2)} before, ${now.toFixed(2)} now`,
    ),
  ].join("\n");
}
