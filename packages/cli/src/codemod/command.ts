import { stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import type { OfframpCommand } from "../command/command.ts";
import { UsageError } from "../command/usage-error.ts";
import { scanProject } from "../scan/scan-project.ts";
import { gitState } from "./git-state.ts";
import { planSwap } from "./plan-swap.ts";
import { renderSwap, type SwapReport } from "./render-swap.ts";

/** `offramp codemod [dir]` */
export const codemodCommand: OfframpCommand = {
  name: "codemod",
  summary: "swap the imports of supabase-js for the shim's, and nothing else",
  configure(command) {
    command
      .argument("[dir]", "the application", ".")
      .option("--dry-run", "show the changes as a diff and make none", false)
      .option("--package-json", "swap the dependency in package.json files too", false)
      .option("--force", "change files that git could not bring back", false);
  },
  async run({ terminal, options, operands, signal }) {
    const folder = resolve(operands[0] ?? ".");
    const found = await stat(folder).catch(() => undefined);
    if (found?.isDirectory() !== true) throw new UsageError(`There is no folder ${folder}.`);
    const dryRun = options["dryRun"] === true;
    const plan = await planSwap(folder, { manifests: options["packageJson"] === true, signal });
    const { uses } = await scanProject(folder, { signal });
    // A name that the shim does not have keeps its import: nothing throws there.
    const notServed = uses.filter(({ issues }) =>
      issues.some(({ rule, verdict }) => verdict === "notServed" && rule !== "import/name"),
    );
    if (!dryRun && plan.changes.length > 0) {
      if (options["force"] !== true) await assertCanBeTakenBack(folder);
      for (const { file, text } of plan.changes) await writeFile(join(folder, file), text);
    }
    const report: SwapReport = { folder, dryRun, ...plan, notServed };
    const data = { ...report, changes: plan.changes.map(({ text: _text, ...change }) => change) };
    terminal.result(data, () => renderSwap(report, terminal.style), { verbatim: true });
    return plan.left.length > 0 || notServed.length > 0 ? "findings" : "done";
  },
};

async function assertCanBeTakenBack(folder: string): Promise<void> {
  const state = await gitState(folder);
  if (state === "clean") return;
  throw new UsageError(
    state === "dirty"
      ? `${folder} has changes that are not committed: commit or stash them, so that git can take this change back, or give --force. Nothing was changed.`
      : `${folder} is in no git repository, so this change could not be taken back: give --force to make it all the same. Nothing was changed.`,
  );
}
