/** Something that a measurement has to reach. */
export interface Target {
  readonly what: string;
  /** Undefined: it could not be measured, which is no pass. */
  readonly measured: number | undefined;
  readonly unit: "s" | "MiB" | "of psql";
  readonly atLeast?: number;
  readonly below?: number;
}

/** Whether it was reached. */
export function isMet({ measured, atLeast = -Infinity, below = Infinity }: Target): boolean {
  return measured !== undefined && measured >= atLeast && measured < below;
}

/** `targets: copy 1.08 of psql (at least 0.8) met; memory 320 MiB (below 300) MISSED` */
export function renderTargets(targets: readonly Target[]): string {
  const texts = targets.map((target) => {
    const { what, measured, unit, atLeast, below } = target;
    const wanted = atLeast === undefined ? `below ${below}` : `at least ${atLeast}`;
    const figure = measured === undefined ? "not measured" : `${shown(measured, unit)} ${unit}`;
    return `${what} ${figure} (${wanted}) ${isMet(target) ? "met" : "MISSED"}`;
  });
  return `targets: ${texts.join("; ")}`;
}

function shown(measured: number, unit: Target["unit"]): string {
  if (unit === "MiB") return measured.toFixed(0);
  return measured.toFixed(unit === "s" ? 1 : 2);
}

/** The middle one; of an even number, the mean of the two in the middle. */
export function median(numbers: readonly number[]): number | undefined {
  const sorted = numbers.toSorted((one, other) => one - other);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}
