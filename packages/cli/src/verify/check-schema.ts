import { type Database, ServerError } from "@offramp/db";

import { compareSchemas } from "../schema/compare-schemas.ts";
import { withAvailable } from "../schema/read-schema-options.ts";
import type { SchemaOptions } from "../schema/schema-options.ts";
import type { SchemaCheck } from "./verify-report.ts";

/** Compares every object of the schema with what the source's should have become. */
export async function checkSchema(
  source: Database,
  target: Database,
  options: SchemaOptions,
): Promise<SchemaCheck> {
  try {
    const compared = await compareSchemas({ source, target }, await withAvailable(options, target));
    // A lost comment is lost, though nothing breaks; an extension that the server brings besides is none of ours.
    const differences = compared.findings
      .filter(({ severity, problem }) => severity !== "note" || problem === "different")
      .map(({ label, problem, property, sql }) => ({
        object: label,
        problem: problem === "different" ? `${property ?? "something"} differs` : problem,
        sql,
      }));
    return {
      verdict: differences.length === 0 ? "equal" : "different",
      differences,
      compared: compared.compared,
      meant: compared.notes.map(({ what, label, reason }) => `${label}: ${what}. ${reason}`),
      notCompared: compared.notCompared,
    };
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    const reason = `${error.message} (SQLSTATE ${error.code})`;
    return { verdict: "failed", differences: [], compared: {}, meant: [], notCompared: [], reason };
  }
}
