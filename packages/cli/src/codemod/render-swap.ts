import type { ScanUse } from "../scan/scan-use.ts";
import type { Style } from "../terminal/terminal.ts";
import type { SwapPlan } from "./plan-swap.ts";

/** What a codemod did, or would do. */
export interface SwapReport extends SwapPlan {
  readonly folder: string;
  readonly dryRun: boolean;
  /** Uses that the shim does not serve: they will throw once the import is swapped. */
  readonly notServed: readonly ScanUse[];
}

/** The result as text: the diff or the files, what was left, what still needs a way out. */
export function renderSwap(report: SwapReport, style: Style): string {
  const { dryRun, changes, left, notServed, files } = report;
  const count = changes.reduce((sum, { swapped }) => sum + swapped, 0);
  const verb = dryRun ? "would be swapped" : "swapped";
  return [
    ...(dryRun
      ? changes.map(({ diff }) => colouredDiff(diff, style))
      : changes.map(({ file, swapped }) => `${style.green("✓")} ${file}: ${swapped}`)),
    ...(left.length === 0 ? [] : ["", style.bold("Left as it is")]),
    ...left.map(({ file, line, column, reason }) => `  ${file}:${line}:${column}  ${reason}`),
    ...(notServed.length === 0 ? [] : ["", style.bold("Not served by the shim: fails when it is called")]),
    ...notServed.map(({ file, line, column, what }) => `  ${file}:${line}:${column}  ${what}`),
    ...(changes.length + left.length + notServed.length === 0 ? [] : [""]),
    count === 0
      ? `${files} files read: no import of supabase-js is left to swap.`
      : `${files} files read: ${count} imports ${verb} in ${changes.length} files.`,
    ...next(report),
  ].join("\n");
}

function next({ dryRun, changes, notServed }: SwapReport): string[] {
  const steps = [
    ...(notServed.length > 0 ? ["offramp scan says the way out of each place that is not served"] : []),
    ...(dryRun && changes.length > 0 ? ["offramp codemod without --dry-run makes these changes"] : []),
    ...(!dryRun && changes.length > 0
      ? ["install @offramp/supabase-shim, compile, run your tests, set DATABASE_URL"]
      : []),
  ];
  return steps.length === 0 ? [] : ["Next:", ...steps.map((step, index) => `  ${index + 1}. ${step}`)];
}

function colouredDiff(diff: string, style: Style): string {
  return diff
    .trimEnd()
    .split("\n")
    .map((line) => {
      if (line.startsWith("+")) return style.green(line);
      if (line.startsWith("-")) return style.red(line);
      return line.startsWith("@@") ? style.cyan(line) : line;
    })
    .join("\n");
}
