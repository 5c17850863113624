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
  ].join("\n");
}
