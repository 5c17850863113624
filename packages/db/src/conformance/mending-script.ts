import type { Finding } from "./finding.ts";

/**
 * The findings' statements as one script, in one transaction and each once. Findings without SQL are comments in it.
 *
 * @param options.destroysData also the statements that lose data. Default `false`: they are comments.
 *
 * @example
 * import { connect } from "@offramp/db";
 * import { checkConformance, mendingScript } from "@offramp/db/conformance";
 * import * as schema from "@offramp/db/schema";
 *
 * const { findings } = await checkConformance(connect(), schema);
 * console.log(mendingScript(findings));
 */
export function mendingScript(
  findings: readonly Finding[],
  options: { readonly destroysData?: boolean } = {},
): string {
  const lines = [
    "begin;",
    "-- Functions are made before some of what their bodies name.",
    "set local check_function_bodies = off;",
  ];
  const seen = new Set<string>();
  for (const { label, problem, property, sql, destroysData } of findings) {
    const block = sql.map((statement) => `${statement.trimEnd()};`).join("\n");
    if (block !== "" && seen.has(block)) continue;
    seen.add(block);
    lines.push("", `-- ${label.replaceAll(/\s+/g, " ")}: ${property ?? problem}`);
    if (block === "") lines.push("-- No statement mends this.");
    else if (destroysData && options.destroysData !== true) {
      lines.push("-- Loses data, so it is left to you:", block.replaceAll(/^/gm, "-- "));
    } else lines.push(block);
  }
  return [...lines, "", "commit;", ""].join("\n");
}
