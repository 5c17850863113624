import type { Style } from "../terminal/terminal.ts";
import type { DoctorPoint } from "./point.ts";

/** The points as text: each with what was found, and below it what to do. */
export function renderPoints(points: readonly DoctorPoint[], style: Style): string {
  const marks = { passed: style.green("✓"), failed: style.red("✗"), unknown: style.yellow("?") };
  return points
    .flatMap(({ name, verdict, found, remedy }) => [
      `${marks[verdict]} ${style.bold(name)}: ${found}`,
      ...(remedy === undefined ? [] : [`    ${remedy}`]),
    ])
    .join("\n");
}
