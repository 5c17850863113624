import type { VerifyReport } from "./verify-report.ts";

const NUMBER = new Intl.NumberFormat("en-US");

const STYLE = `
:root { color-scheme: light dark; --text: #1a1a1a; --page: #fff; --line: #ddd; --good: #0a6b2d; --bad: #a40000; }
@media (prefers-color-scheme: dark) { :root { --text: #e6e6e6; --page: #161616; --line: #3a3a3a; --good: #5fd38a; --bad: #ff8a80; } }
@media print { :root { color-scheme: light; --text: #1a1a1a; --page: #fff; --line: #bbb; --good: #0a6b2d; --bad: #a40000; } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: var(--text); background: var(--page); overflow-wrap: break-word; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
th { white-space: nowrap; } td.number, th.number { white-space: nowrap; text-align: right; font-variant-numeric: tabular-nums; }
.equal { color: var(--good); } .different, .failed { color: var(--bad); font-weight: 600; }
.verdict { font-size: 1.4rem; } .sign { display: flex; gap: 3rem; margin-top: 4rem; } .sign div { flex: 1; border-top: 1px solid var(--text); padding-top: .3rem; }
@media print { body { margin: 0; } thead { display: table-header-group; } tr, .sign { break-inside: avoid; } h2, h3 { break-after: avoid; } }`;

/** One page without anything from elsewhere, to be kept and signed. It holds names, counts and keys, never values. */
export function renderHtml(report: VerifyReport): string {
  const tables = report.tables.map(
    (
      table,
    ) => `<tr><td>${text(table.source)}${table.source === table.target ? "" : ` → ${text(table.target)}`}</td>
<td class="number">${NUMBER.format(table.sourceRows)}</td><td class="number">${NUMBER.format(table.targetRows)}</td>
<td>${text(table.method)}</td><td class="${table.verdict}">${table.verdict}${table.reason === undefined ? "" : `: ${text(table.reason)}`}</td></tr>`,
  );
  const differences = report.tables.flatMap((table) =>
    table.differences.map(
      ({ row, kind, columns }) =>
        `<tr><td>${text(table.source)}</td><td>${text(row)}</td><td>${kind}</td><td>${text(columns.join(", "))}</td></tr>`,
    ),
  );
  const sequences = report.sequences.map(
    ({ sequence, column, verdict, reason }) =>
      `<tr><td>${text(sequence)}</td><td>${text(column)}</td><td class="${verdict}">${verdict}${reason === undefined ? "" : `: ${text(reason)}`}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Offramp: comparison of ${text(report.source)} and ${text(report.target)}</title><style>${STYLE}</style></head><body>
<h1>Comparison of two databases</h1>
<p class="verdict ${report.verdict}">${report.verdict === "equal" ? "Everything that was compared is equal." : report.verdict === "different" ? "There are differences." : "Something could not be compared."}</p>
<table><tr><th>Source</th><td>${text(report.source)}</td></tr><tr><th>Target</th><td>${text(report.target)}</td></tr>
<tr><th>Begun</th><td>${text(report.startedAt)}</td></tr><tr><th>Took</th><td>${report.seconds.toFixed(1)} s</td></tr></table>
<h2>Rows</h2>
<table><tr><th>Table</th><th class="number">Source</th><th class="number">Target</th><th>Compared by</th><th>Rows are</th></tr>${tables.join("\n")}</table>
${report.tables.some(({ more }) => more) ? "<p>Of some tables more rows differ than are listed here.</p>" : ""}
${listing(["Table", "Row", "Difference", "Columns"], differences)}
<h2>Sequences</h2>
${sequences.length === 0 ? "<p>There are none.</p>" : listing(["Sequence", "Column", "Its next number is free"], sequences)}
<h2>Schema</h2>
${schemaSection(report)}
<h2>Could not be compared</h2>
${list(report.obstacles, "Every check could be made.")}
<h2>Not compared</h2>
${list(report.notCompared, "Nothing stays behind.")}
<div class="sign"><div>Compared by, date</div><div>Approved by, date</div></div>
</body></html>
`;
}

function schemaSection({ schema }: VerifyReport): string {
  if (schema === undefined) return "<p>It was not compared.</p>";
  if (schema.reason !== undefined)
    return `<p class="failed">It could not be compared: ${text(schema.reason)}</p>`;
  const counts = Object.entries(schema.compared).map(([kind, count]) => `${kind} ${NUMBER.format(count)}`);
  const differences = schema.differences.map(
    ({ object, problem }) => `<tr><td>${text(object)}</td><td class="different">${text(problem)}</td></tr>`,
  );
  return `<p>Compared: ${text(counts.join(", "))}.</p>
${differences.length === 0 ? '<p class="equal">Every object is as it should be.</p>' : listing(["Object", "Difference"], differences)}
<h3>Otherwise on purpose</h3>
${list(schema.meant, "Nothing is.")}`;
}

function listing(titles: readonly string[], rows: readonly string[]): string {
  if (rows.length === 0) return "";
  return `<table><tr>${titles.map((title) => `<th>${title}</th>`).join("")}</tr>${rows.join("\n")}</table>`;
}

function list(items: readonly string[], none: string): string {
  return items.length === 0
    ? `<p>${none}</p>`
    : `<ul>${items.map((item) => `<li>${text(item)}</li>`).join("\n")}</ul>`;
}

function text(value: string): string {
  return value
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
