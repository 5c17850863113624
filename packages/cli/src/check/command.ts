import { writeFile } from "node:fs/promises";

import type { OfframpCommand } from "../command/command.ts";
import { UsageError } from "../command/usage-error.ts";
import { loadModule } from "../config/load-module.ts";
import { openPlace } from "../connection/open-place.ts";
import { addPlaceOption } from "../connection/place.ts";

/** `offramp check` */
export const checkCommand: OfframpCommand = {
  name: "check",
  summary: "compare the target with your Drizzle schema, with a manifest of your migrations, or with both",
  configure(command) {
    addPlaceOption(command, "target");
    command
      .option("--schema <file>", "the Drizzle schema module (default: schema of offramp.config.ts)")
      .option("--manifest <file>", "the manifest of your migrations (default: manifest of offramp.config.ts)")
      .option("--ignore <pattern...>", "labels of objects to leave out, such as 'index public.tmp_*'")
      .option("--sarif <file>", "also write SARIF 2.1.0, for code scanning services")
      .option("--mend <file>", "also write the SQL that mends what was found, to be read and run by hand");
  },
  async run(context) {
    const { terminal, options, config } = context;
    const conformance = await import("@offramp/db/conformance");
    const schema = text(options["schema"]) ?? config.schema;
    const manifest = text(options["manifest"]) ?? config.manifest;
    if (schema === undefined && manifest === undefined)
      throw new UsageError(
        "Nothing to compare with: give --schema, --manifest or both, or set them in offramp.config.ts.",
      );
    const module = schema === undefined ? undefined : await loadModule(schema);
    const expected = manifest === undefined ? undefined : await conformance.readManifest(manifest);
    const db = openPlace(context, "target");
    try {
      const report = await conformance.checkConformance(db, module, {
        ...(expected !== undefined && { manifest: expected }),
        ...(Array.isArray(options["ignore"]) && { ignore: options["ignore"].map(String) }),
      });
      const sarif = text(options["sarif"]);
      if (sarif !== undefined) await writeFile(sarif, conformance.renderSarif(report));
      const mend = text(options["mend"]);
      if (mend !== undefined) await writeFile(mend, conformance.mendingScript(report.findings));
      terminal.result(report, () => conformance.renderText(report));
      return report.conforms ? "done" : "findings";
    } finally {
      await db.close();
    }
  },
};

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
