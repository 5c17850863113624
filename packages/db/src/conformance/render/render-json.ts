import type { ConformanceReport } from "../report.ts";

/**
 * A report as JSON: the same shape as {@link ConformanceReport}.
 *
 * @example
 * import { connect } from "@offramp/db";
 * import { checkConformance, renderJson } from "@offramp/db/conformance";
 * import * as schema from "@offramp/db/schema";
 *
 * console.log(renderJson(await checkConformance(connect(), schema)));
 */
export function renderJson(report: ConformanceReport): string {
  return `${JSON.stringify(report, undefined, 2)}\n`;
}
