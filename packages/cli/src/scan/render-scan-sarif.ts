import { pathToFileURL } from "node:url";

import { renderSarifLog, type SarifLevel } from "@offramp/db/conformance";

import type { ScanReport } from "./scan-project.ts";
import type { Issue } from "./scan-use.ts";

const LEVELS: Readonly<Record<Issue["verdict"], SarifLevel>> = {
  note: "note",
  dynamic: "warning",
  notServed: "error",
  unread: "error",
};

const RULES: Readonly<Record<string, string>> = {
  auth: "Supabase Auth is not served.",
  storage: "Supabase Storage is not served.",
  realtime: "Supabase Realtime is not served.",
  functions: "Supabase Edge Functions are not served.",
};

/** A scan in the Static Analysis Results Interchange Format (OASIS SARIF 2.1.0): a result for each issue, at its line. */
export function renderScanSarif({ folder, uses }: ScanReport): string {
  const results = uses.flatMap((use) => use.issues.map((issue) => ({ use, issue })));
  const rules = new Map(results.map(({ issue }) => [issue.rule, issue]));
  const unread = uses.filter(({ verdict }) => verdict === "unread");
  return renderSarifLog({
    name: "offramp scan",
    informationUri: "https://www.npmjs.com/package/@offramp/cli",
    baseUri: `${pathToFileURL(folder).href}/`,
    rules: [...rules].map(([id, issue]) => ({
      id,
      text: RULES[id] ?? issue.message,
      help: issue.remedy,
      level: LEVELS[issue.verdict],
    })),
    complete: unread.length === 0,
    notifications: unread.map(({ file, issues }) => ({
      level: "error",
      text: `not scanned: ${file}: ${issues[0]?.message ?? ""}`,
    })),
    results: results.map(({ use, issue }) => ({
      ruleId: issue.rule,
      level: LEVELS[issue.verdict],
      text: `${use.what}: ${issue.message} ${issue.remedy}`,
      file: { path: use.file, line: use.line, column: use.column },
      fingerprint: `${use.file}: ${use.what}: ${issue.rule}`,
    })),
  });
}
