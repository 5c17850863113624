import { resolve } from "node:path";
import { stat, writeFile } from "node:fs/promises";

import type { OfframpCommand } from "../command/command.ts";
import { UsageError } from "../command/usage-error.ts";
import { renderScan } from "./render-scan.ts";
import { scanProject } from "./scan-project.ts";
import { needsWork } from "./scan-use.ts";
import { countVerdicts } from "./count-verdicts.ts";

/** `offramp scan [dir]` */
export const scanCommand: OfframpCommand = {
  name: "scan",
  summary: "list every use of supabase-js in an application, and what becomes of each",
  configure(command) {
    command
      .argument("[dir]", "the application", ".")
      .option("--all", "show uses that work as they are, too", false)
      .option("--sarif <file>", "also write SARIF 2.1.0, for code scanning services");
  },
  async run({ terminal, options, operands, signal }) {
    const folder = resolve(operands[0] ?? ".");
    await assertFolder(folder);
    let progress = terminal.progress({ label: "Reading", unit: "files" });
    const report = await scanProject(folder, {
      signal,
      read: () => progress.advance(1),
      look: (total) => {
        progress.finish();
        progress = terminal.progress({ label: "Looking for uses", total, unit: "files" });
        return () => progress.advance(1);
      },
    });
    progress.finish(`${report.files} files`);
    if (typeof options["sarif"] === "string") {
      const { renderScanSarif } = await import("./render-scan-sarif.ts");
      await writeFile(options["sarif"], renderScanSarif(report));
      terminal.note(`SARIF written to ${options["sarif"]}.`);
    }
    terminal.result({ ...report, counts: countVerdicts(report.uses) }, () =>
      renderScan(report, { style: terminal.style, width: terminal.width, all: options["all"] === true }),
    );
    return report.uses.some(({ verdict }) => needsWork(verdict)) ? "findings" : "done";
  },
};

async function assertFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() !== true) throw new UsageError(`There is no folder ${folder}.`);
}
