import { readableSeconds } from "../terminal/progress.ts";
import { renderTable } from "../terminal/table.ts";
import type { Style } from "../terminal/terminal.ts";
import type { Verdict, VerifyReport } from "./verify-report.ts";

const NUMBER = new Intl.NumberFormat("en-US");

/** What comes after a comparison. */
const NEXT: Readonly<Record<Verdict, string>> = {
  equal: "Next: offramp cutover, which compares once more; --html FILE writes a page to sign.",
  different:
    "Next: mend what is named above, or let offramp follow --until-caught-up bring it, and run offramp verify again.",
  failed:
    "Next: mend what could not be compared, and run offramp verify again: nobody knows whether it is equal.",
};

/** The report for a terminal: what is well in one table, and then what is not, by name. */
export function renderVerify(report: VerifyReport, style: Style): string {
  const mark = (verdict: Verdict): string =>
    verdict === "equal" ? style.green(verdict) : style.red(verdict);
  const columns = [
    { title: "table" },
    { title: "source", align: "right" as const },
    { title: "target", align: "right" as const },
    { title: "rows are" },
  ];
  const lines = [
    renderTable(
      columns,
      report.tables.map((table) => [
        table.source === table.target ? table.source : `${table.source} → ${table.target}`,
        NUMBER.format(table.sourceRows),
        NUMBER.format(table.targetRows),
        mark(table.verdict),
      ]),
    ),
    "",
    ...problems(report),
    ...section("Otherwise on purpose:", report.schema?.meant ?? []),
    ...section("Not compared:", report.notCompared),
    summary(report, mark(report.verdict)),
    NEXT[report.verdict],
  ];
  return lines.join("\n");
}

function problems(report: VerifyReport): string[] {
  const lines: string[] = [];
  for (const table of report.tables.filter(({ verdict }) => verdict !== "equal")) {
    lines.push(`${table.source}:`);
    if (table.reason !== undefined) lines.push(`  could not be compared: ${table.reason}`);
    for (const { row, kind, columns } of table.differences)
      lines.push(`  ${row}: ${kind}${columns.length === 0 ? "" : ` (${columns.join(", ")})`}`);
    if (table.more) lines.push("  … and perhaps more: --limit shows more of them");
  }
  for (const { sequence, column, verdict, reason } of report.sequences)
    if (verdict !== "equal") lines.push(`sequence ${sequence} of ${column}: ${reason ?? verdict}`);
  if (report.schema?.reason !== undefined)
    lines.push(`The schemas could not be compared: ${report.schema.reason}`);
  for (const { object, problem, sql } of report.schema?.differences ?? [])
    lines.push(`${object}: ${problem}`, ...sql.map((statement) => `  ${statement};`));
  if (lines.length > 0) lines.push("");
  return [...lines, ...section("Could not be compared:", report.obstacles)];
}

function section(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [title, ...items.map((item) => `  ${item}`), ""];
}

function summary(report: VerifyReport, verdict: string): string {
  const rows = report.tables.reduce((sum, table) => sum + table.sourceRows, 0);
  const objects = Object.values(report.schema?.compared ?? {}).reduce((sum, count) => sum + count, 0);
  const what = `${NUMBER.format(rows)} rows in ${report.tables.length} tables, ${report.sequences.length} sequences, ${NUMBER.format(objects)} objects compared in ${readableSeconds(report.seconds)}`;
  return `${verdict}: ${what}.`;
}
