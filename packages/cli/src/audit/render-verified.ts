import type { VerifyReport } from "@offramp/audit";

import type { Style } from "../terminal/terminal.ts";

/** What verifying found, as text: each finding, then the verdict and what it rests on. */
export function renderVerified(database: string, report: VerifyReport, style: Style): string {
  const { intact, seals, records, dropped, findings, lastSealedAt } = report;
  const good = seals === 0 ? style.yellow("? nothing to hold it against") : style.green("✓ intact");
  const verdict = intact ? good : style.red("✗ not as it was sealed");
  return [
    ...findings.map(({ severity, kind, message }) =>
      severity === "critical"
        ? `${style.red("✗")} ${kind}: ${message}`
        : `${style.yellow("·")} ${kind}: ${message}`,
    ),
    `${verdict}: ${database}, ${records} records in ${seals} seals${dropped > 0 ? `, ${dropped} of them archived` : ""}`,
    lastSealedAt === null
      ? "Nothing is sealed yet: offramp audit seal --key id=file seals what there is."
      : `Last sealed ${lastSealedAt}.`,
    ...(intact ? [] : ["Keep the database and the anchors as they are, and find out who could write there."]),
  ].join("\n");
}
