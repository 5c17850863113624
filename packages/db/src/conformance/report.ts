import type { NotCompared } from "../catalog/catalog.ts";
import type { Finding } from "./finding.ts";

/**
 * What {@link checkConformance} found.
 *
 * @example
 * import { connect } from "@offramp/db";
 * import { checkConformance, type ConformanceReport } from "@offramp/db/conformance";
 * import * as schema from "@offramp/db/schema";
 *
 * const report: ConformanceReport = await checkConformance(connect(), schema);
 * process.exitCode = report.conforms ? 0 : 1;
 */
export interface ConformanceReport {
  /** `host:port/database as user`. */
  readonly database: string;
  /** `server_version_num`. */
  readonly serverVersion: number;
  /** What it was compared with. */
  readonly against: readonly ("migrations" | "schema")[];
  readonly schemas: readonly string[];
  /** Nothing was found but notes. */
  readonly conforms: boolean;
  /** In an order in which their statements can be run. */
  readonly findings: readonly Finding[];
  /** Objects that were expected, by kind. */
  readonly compared: Readonly<Record<string, number>>;
  /** What has not been looked at. */
  readonly notCompared: readonly NotCompared[];
}
