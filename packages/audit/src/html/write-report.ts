import { randomBytes } from "node:crypto";
import { rename, rm, writeFile } from "node:fs/promises";
import type { TrailReport } from "../report/trail-report.ts";
import { renderReport } from "./render-report.ts";

/**
 * Writes a report as an HTML page that only its owner may read (mode 0600). A file of that name is replaced at once, so
 * that nobody opens half a page.
 *
 * @example
 * ```ts
 * import { openTrail, writeReport } from "@offramp/audit";
 * import { connect } from "@offramp/db";
 *
 * const db = connect();
 * const report = await openTrail(db).report({ between: ["2026-11-01", "2026-12-01"], timeZone: "America/Chicago" });
 * await writeReport("access-2026-11.html", report);
 * await db.close();
 * ```
 */
export async function writeReport(path: string, report: TrailReport): Promise<void> {
  const page = await renderReport(report);
  const unfinished = `${path}.${randomBytes(6).toString("hex")}.unfinished`;
  try {
    await writeFile(unfinished, page, { mode: 0o600, flag: "wx" });
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}
