// `npm test`: sets up what is missing, then runs every test. The last line counts them.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { bootstrap } from "./toolchain/bootstrap.mjs";
import { developmentEnvironment } from "./toolchain/pnpm.mjs";
import { developmentNode, root } from "./toolchain/root.mjs";
import { runProcess } from "./toolchain/run-process.mjs";
import { runScript } from "./toolchain/set-up-error.mjs";

await runScript(async () => {
  await bootstrap();

  const folder = mkdtempSync(join(tmpdir(), "offramp-test-"));
  const tally = join(folder, "tally.json");
  try {
    const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
    const reporter = join(root, "scripts", "toolchain", "tally-reporter.mjs");
    const args = ["run", "--reporter=default", `--reporter=${reporter}`, ...process.argv.slice(2)];
    const { code, interrupted } = await runProcess(developmentNode, [vitest, ...args], {
      env: { ...developmentEnvironment(), OFFRAMP_TALLY: tally },
    });
    if (interrupted) {
      console.error("\nStopped.");
      return code;
    }
    return sayCounts(tally, code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/**
 * Prints what failed and, last, the counts. A run without a single test has failed.
 *
 * @param {string} tally file that the reporter wrote
 * @param {number} code vitest's exit code
 */
function sayCounts(tally, code) {
  const { passed, skipped, failures } = existsSync(tally)
    ? JSON.parse(readFileSync(tally, "utf8"))
    : { passed: 0, skipped: 0, failures: [] };
  if (failures.length === 0 && code !== 0) failures.push("the test runner itself; the error is shown above");
  if (failures.length === 0 && passed === 0) failures.push("no test ran");
  for (const failure of failures) console.error(`failed: ${failure}`);
  const counts = [`${passed} passed`, `${failures.length} failed`];
  if (skipped > 0) counts.push(`${skipped} skipped`);
  console.log(counts.join(", "));
  return failures.length > 0 ? code || 1 : 0;
}
