import { readableBytes, readableSeconds } from "../terminal/progress.ts";
import { renderTable } from "../terminal/table.ts";
import type { CopyReport } from "./copy-options.ts";

const NUMBER = new Intl.NumberFormat("en-US");

/** A copy's report for people. */
export function renderCopy(report: CopyReport, { follow }: { readonly follow: boolean }): string {
  const rows = report.tables.map((table) => [
    table.source === table.target ? table.source : `${table.source} → ${table.target}`,
    NUMBER.format(table.rows),
    readableBytes(table.bytes),
    ...(table.filtered > 0 ? [`${NUMBER.format(table.filtered)} filtered`] : []),
    ...(table.quarantined > 0 ? [`${NUMBER.format(table.quarantined)} in quarantine`] : []),
  ]);
  const width = Math.max(3, ...rows.map((cells) => cells.length));
  const columns = [
    { title: "table" },
    { title: "rows", align: "right" as const },
    { title: "bytes", align: "right" as const },
    ...Array.from({ length: width - 3 }, () => ({ title: "" })),
  ];
  const total = report.tables.reduce((sum, table) => sum + table.rows, 0);
  const lines = [renderTable(columns, rows), ""];
  if (report.left.length > 0)
    lines.push("Left in the source:", ...report.left.map((line) => `  ${line}`), "");
  lines.push(
    report.complete
      ? `Everything had been copied before: ${NUMBER.format(total)} rows in ${report.tables.length} tables.`
      : `${NUMBER.format(total)} rows in ${report.tables.length} tables, ${report.sequences} sequences set, in ${readableSeconds(report.seconds)}.`,
    follow
      ? "Next: offramp follow, which applies what is written on the source meanwhile; leave it running."
      : "Next: offramp verify, which compares every row.",
  );
  return lines.join("\n");
}
