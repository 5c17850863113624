import { openTrail, type Trail, writeReport } from "@offramp/audit";

import type { CommandContext, OfframpCommand } from "../command/command.ts";
import type { Outcome } from "../command/outcome.ts";
import { openPlace } from "../connection/open-place.ts";
import { addPlaceOption } from "../connection/place.ts";
import { exportRecords } from "./export-records.ts";
import { renderTrailReport } from "./render-trail-report.ts";
import { addKeyOptions, addTrailOptions, trailOptions } from "./trail-keys.ts";

/** `offramp audit report` */
export const reportCommand: OfframpCommand = {
  name: "report",
  summary: "report on a time: figures, what is worth a look, and whether the trail is intact",
  configure(command) {
    addPlaceOption(command, "target");
    addTrailOptions(command);
    addKeyOptions(command);
    command
      .requiredOption("--from <time>", "ISO 8601: 2026-11-01, or with time and offset")
      .requiredOption("--to <time>", "ISO 8601, not included")
      .option("--time-zone <name>", "whose days and hours count, such as America/Chicago", "UTC")
      .option("--title <text>", "the title of the report")
      .option("--html <file>", "write the report as a page that needs no server; it names patients")
      .option("--csv <file>", "write the records as CSV")
      .option("--ndjson <file>", "write the records as lines of JSON")
      .option("--without-verify", "do not verify the trail, which reads all of it", false);
  },
  async run(context) {
    const db = openPlace(context, "target");
    try {
      return await report(openTrail(db, await trailOptions(context)), context);
    } finally {
      await db.close();
    }
  },
};

async function report(trail: Trail, { terminal, options }: CommandContext): Promise<Outcome> {
  const title = text(options["title"]);
  const between = [text(options["from"]) ?? "", text(options["to"]) ?? ""] as const;
  const found = await trail.report({
    between,
    timeZone: text(options["timeZone"]) ?? "UTC",
    verify: options["withoutVerify"] !== true,
    ...(title !== undefined && { title }),
  });
  for (const format of ["csv", "ndjson"] as const) {
    const file = text(options[format]);
    if (file === undefined) continue;
    await exportRecords(trail, { file, format, between });
    terminal.note(`The records are in ${file}. They name patients: keep them as you keep the trail.`);
  }
  const page = text(options["html"]);
  if (page !== undefined) {
    await writeReport(page, found);
    terminal.note(`The page is in ${page}. It names patients: keep it as you keep the trail.`);
  }
  terminal.result(found, () => renderTrailReport(found, terminal.style));
  if (found.integrity === null) return "done";
  return found.integrity.intact ? "done" : "findings";
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
