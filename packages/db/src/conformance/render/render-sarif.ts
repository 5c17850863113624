import type { ObjectName } from "../../catalog/catalog.ts";
import type { Finding } from "../finding.ts";
import type { ConformanceReport } from "../report.ts";
import { renderSarifLog } from "./render-sarif-log.ts";
import { describeFinding } from "./render-text.ts";

/**
 * A report in the Static Analysis Results Interchange Format (OASIS SARIF 2.1.0), for code scanning services. A finding's
 * place is a logical location, as a database has no lines; its SQL is in the property bag.
 *
 * @example
 * import { writeFile } from "node:fs/promises";
 * import { connect } from "@offramp/db";
 * import { checkConformance, renderSarif } from "@offramp/db/conformance";
 * import * as schema from "@offramp/db/schema";
 *
 * await writeFile("conformance.sarif", renderSarif(await checkConformance(connect(), schema)));
 */
export function renderSarif(report: ConformanceReport): string {
  const rules = new Map(report.findings.map((finding) => [ruleId(finding), finding]));
  return renderSarifLog({
    name: "offramp conformance",
    informationUri: "https://www.npmjs.com/package/@offramp/db",
    rules: [...rules].map(([id, finding]) => ({ id, text: ruleText(finding), level: finding.severity })),
    complete: true,
    notifications: report.notCompared.map(({ what, count }) => ({
      level: "note",
      text: `not compared: ${count === undefined ? what : `${count} ${what}`}`,
    })),
    results: report.findings.map((finding) => ({
      ruleId: ruleId(finding),
      level: finding.severity,
      text: `${finding.label}: ${describeFinding(finding)}`,
      object: {
        name: finding.object.name,
        fullyQualifiedName: qualifiedName(finding.object),
        kind: finding.object.kind,
      },
      fingerprint: `${finding.label}: ${finding.property ?? finding.problem}`,
      properties: { sql: finding.sql, destroysData: finding.destroysData, source: finding.source },
    })),
  });
}

function ruleId({ object, problem, property }: Finding): string {
  return [object.kind, property ?? problem].map((part) => part.replaceAll(" ", "-")).join("/");
}

function ruleText({ object, problem, property }: Finding): string {
  if (problem === "different") return `The property "${property}" of a ${object.kind} is not as expected.`;
  return problem === "missing"
    ? `A ${object.kind} that is expected is missing.`
    : `There is a ${object.kind} that is not expected.`;
}

function qualifiedName({ schema, parent, name }: ObjectName): string {
  return [schema, parent, name].filter((part) => part !== undefined).join(".");
}
