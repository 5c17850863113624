import { groupOf } from "./conformance-case.ts";
import type { CaseOutcome } from "./run-conformance.ts";

/** How many cases pass in each group, as aligned columns no wider than 100 characters. */
export function groupTable(outcomes: readonly CaseOutcome[]): string {
  const groups = [...new Set(outcomes.map((outcome) => groupOf(outcome.case.id)))].toSorted();
  const cells = groups.map((group) =>
    cell(
      group,
      outcomes.filter((outcome) => groupOf(outcome.case.id) === group),
    ),
  );
  const columns = 4;
  const rows = Math.ceil(cells.length / columns);
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_unused, column) => cells[column * rows + row] ?? "")
      .join("  ")
      .trimEnd(),
  ).join("\n");
}

/** `builder 290/515` */
export function totalLine(name: string, outcomes: readonly CaseOutcome[]): string {
  return `${name} ${passing(outcomes)}/${outcomes.length}`;
}

function cell(group: string, members: readonly CaseOutcome[]): string {
  const mark = passing(members) === members.length ? " " : "*";
  return `${group.padEnd(14)}${`${passing(members)}/${members.length}`.padStart(6)}${mark}`;
}

function passing(outcomes: readonly CaseOutcome[]): number {
  return outcomes.filter((outcome) => outcome.failure === undefined).length;
}
