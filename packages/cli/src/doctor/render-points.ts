import type { Style } from "../terminal/terminal.ts";
import type { DoctorPoint } from "./point.ts";

/** The points as text: each with what was found, below it what to do, and at the end how many did not pass. */
export function renderPoints(points: readonly DoctorPoint[], style: Style): string {
  const marks = { passed: style.green("✓"), failed: style.red("✗"), unknown: style.yellow("?") };
  const lines = points.flatMap(({ name, verdict, found, remedy }) => [
    `${marks[verdict]} ${style.bold(name)}: ${found}`,
    ...(remedy === undefined ? [] : [`    ${remedy}`]),
  ]);
  const count = (wanted: DoctorPoint["verdict"]): number =>
    points.filter(({ verdict }) => verdict === wanted).length;
  return [
    ...lines,
    "",
    `${count("passed")} passed, ${count("failed")} failed, ${count("unknown")} could not be looked at.`,
    nextStep(points),
  ].join("\n");
}

/** A bare target is where everybody begins: only what stops the work must be mended before it goes on. */
function nextStep(points: readonly DoctorPoint[]): string {
  const open = points.filter(({ verdict }) => verdict !== "passed");
  if (open.length === 0)
    return "Next: offramp inspect, which says what is in the source and what becomes of it.";
  if (open.every(({ comesLater }) => comesLater === true))
    return "Nothing stops you: what is marked comes with later steps. Next: offramp inspect, which says what is in the source and what becomes of it.";
  return "Next: do what stands below each mark, and run offramp doctor again.";
}
