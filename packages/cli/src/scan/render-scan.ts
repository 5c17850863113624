import { wrapped } from "../terminal/wrapped.ts";
import type { Style } from "../terminal/terminal.ts";
import { countVerdicts } from "./count-verdicts.ts";
import type { ScanReport } from "./scan-project.ts";
import type { Issue, ScanUse, Verdict } from "./scan-use.ts";

/** How much is shown. */
export interface RenderScanOptions {
  readonly style: Style;
  /** Also what works as it is. */
  readonly all: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

/** A scan as people read it: by file, then each way out once, then what to do next. */
export function renderScan(report: ScanReport, { style, all, width }: RenderScanOptions): string {
  const shown = report.uses.filter(({ verdict }) => all || verdict !== "supported");
  const files = groupBy(shown, ({ file }) => file);
  const ways = waysOut(report.uses);
  const lines = [...files].flatMap(([file, uses]) => [
    style.bold(file),
    ...uses.flatMap((use) => useLines(use, { style, ways, width })),
    "",
  ]);
  return [...lines, ...wayLines(ways, { style, width }), ...summary(report, style)].join("\n");
}

const WORDS: Readonly<Record<Verdict, string>> = {
  supported: "works",
  note: "note",
  dynamic: "look",
  notServed: "not served",
  unread: "unread",
};

interface LineOptions {
  readonly style: Style;
  readonly ways: ReadonlyMap<string, number>;
  readonly width: number;
}

function useLines(
  { line, column, what, verdict, issues }: ScanUse,
  { style, ways, width }: LineOptions,
): string[] {
  const place = `${line}:${column}`.padEnd(8);
  const messages = issues.flatMap((issue) => {
    const lines = wrapped(issue.message, Math.max(40, width - MESSAGE.length - 5));
    const last = lines.length - 1;
    const way = style.dim(`[${ways.get(issue.remedy)}]`);
    return lines.map((text, index) => `${MESSAGE}${text}${index === last ? ` ${way}` : ""}`);
  });
  return [`  ${place} ${paint(verdict, style)(WORDS[verdict].padEnd(11))} ${what}`, ...messages];
}

/** What stands before the message below a use. */
const MESSAGE = " ".repeat(23);

function paint(verdict: Verdict, style: Style): (text: string) => string {
  if (verdict === "notServed" || verdict === "unread") return (text) => style.red(text);
  if (verdict === "dynamic") return (text) => style.yellow(text);
  return verdict === "note" ? (text) => style.cyan(text) : (text) => style.green(text);
}

/** The remedies by number: each is written out once. */
function waysOut(uses: readonly ScanUse[]): Map<string, number> {
  const ways = new Map<string, number>();
  for (const { issues } of uses)
    for (const { remedy } of issues) if (!ways.has(remedy)) ways.set(remedy, ways.size + 1);
  return ways;
}

function wayLines(
  ways: ReadonlyMap<string, number>,
  { style, width }: Pick<RenderScanOptions, "style" | "width">,
): string[] {
  if (ways.size === 0) return [];
  const lines = [...ways].flatMap(([remedy, number]) =>
    wrapped(remedy, Math.max(40, width - 8)).map((text, index) =>
      index === 0 ? `  ${style.dim(`[${number}]`.padStart(5))} ${text}` : `        ${text}`,
    ),
  );
  return [style.bold("What to do"), ...lines, ""];
}

function summary({ files, uses }: ScanReport, style: Style): string[] {
  const counts = countVerdicts(uses);
  const used = new Set(uses.map(({ file }) => file)).size;
  if (uses.length === 0) return [`${files} files read, and none uses supabase-js.`];
  return [
    `${files} files read, ${uses.length} uses of supabase-js in ${used} of them:`,
    `  ${style.green(String(counts.supported))} work as they are, ${style.cyan(String(counts.note))} work with a note, ` +
      `${style.yellow(String(counts.dynamic))} to be looked at, ${style.red(String(counts.notServed))} not served, ${style.red(String(counts.unread))} unread`,
    ...topRules(uses),
    "",
    ...nextSteps(counts),
  ];
}

function topRules(uses: readonly ScanUse[]): string[] {
  const issues: readonly Issue[] = uses.flatMap((use) => use.issues);
  const byRule = groupBy(
    issues.filter(({ verdict }) => verdict !== "note"),
    ({ rule }) => rule,
  );
  if (byRule.size === 0) return [];
  const counted = [...byRule].map(([rule, all]) => ({ rule, count: all.length }));
  return [
    `  ${counted
      .toSorted((one, other) => other.count - one.count)
      .map(({ rule, count }) => `${rule} ${count}`)
      .join(", ")}`,
  ];
}

function nextSteps(counts: Readonly<Record<Verdict, number>>): string[] {
  const steps = [
    ...(counts.unread > 0 ? ["mend the files that could not be read, and scan again"] : []),
    ...(counts.notServed > 0 ? ["take the way out of each use that is not served"] : []),
    ...(counts.dynamic > 0 ? ["look at the places that are decided when they run"] : []),
    "offramp codemod --dry-run shows the imports that would be swapped",
  ];
  return ["Next:", ...steps.map((step, index) => `  ${index + 1}. ${step}`)];
}

/** `Map.groupBy`, which Node 20 does not have. */
function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
