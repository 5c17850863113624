import type { PropertyValue } from "../../catalog/catalog.ts";
import type { Finding } from "../finding.ts";
import type { ConformanceReport } from "../report.ts";

/**
 * A report as people read it at a terminal: what was found, what is expected, the SQL that mends it, and what was and
 * was not compared.
 *
 * @example
 * import { connect } from "@offramp/db";
 * import { checkConformance, renderText } from "@offramp/db/conformance";
 * import * as schema from "@offramp/db/schema";
 *
 * console.log(renderText(await checkConformance(connect(), schema)));
 */
export function renderText(report: ConformanceReport): string {
  const { database, findings, against, compared, notCompared } = report;
  const total = Object.values(compared).reduce((sum, count) => sum + count, 0);
  const kinds = Object.entries(compared).map(
    ([kind, count]) => `${count} ${count === 1 ? kind : plural(kind)}`,
  );
  return [
    `${database}, compared with ${against.map((side) => `the ${side}`).join(" and ")}`,
    "",
    ...findings.flatMap((finding) => [...findingLines(finding), ""]),
    `compared: ${total} objects (${kinds.join(", ")})`,
    ...notCompared.map(
      ({ what, count }) => `not compared: ${count === undefined ? what : `${count} ${what}`}`,
    ),
    summary(findings),
    "",
  ].join("\n");
}

function findingLines(finding: Finding): string[] {
  const { severity, label, sql, destroysData } = finding;
  return [
    `${severity.padEnd(7)}  ${label}: ${describeFinding(finding)}`,
    ...(sql.length === 0 ? ["         no statement mends this"] : []),
    ...(destroysData ? ["         loses data:"] : []),
    ...sql.flatMap((statement) => `${statement.trim()};`.split("\n").map((line) => `         ${line}`)),
  ];
}

/** What is wrong, in one line: `missing`, or `nullable is true, expected false (by the migrations)`. */
export function describeFinding({ problem, property, expected, found, source }: Finding): string {
  const by = `by the ${source}`;
  if (problem === "missing") return `is missing (expected ${by})`;
  if (problem === "unexpected") return `is not expected (${by})`;
  return `${property} is ${show(found)}, expected ${show(expected)} (${by})`;
}

function plural(kind: string): string {
  if (kind.endsWith("s")) return kind;
  if (kind.endsWith("x")) return `${kind}es`;
  return kind.endsWith("cy") ? `${kind.slice(0, -1)}ies` : `${kind}s`;
}

function show(value: PropertyValue | undefined): string {
  if (value === undefined || value === null) return "none";
  if (typeof value === "string") {
    const line = value.replaceAll(/\s+/g, " ").trim();
    return line.length > 120 ? `${line.slice(0, 117)}…` : line;
  }
  return typeof value === "object" ? `[${value.join(", ")}]` : String(value);
}

function summary(findings: readonly Finding[]): string {
  if (findings.length === 0) return "no findings";
  const count = (severity: Finding["severity"]): number =>
    findings.filter((finding) => finding.severity === severity).length;
  return `findings ${findings.length}: errors ${count("error")}, warnings ${count("warning")}, notes ${count("note")}`;
}
