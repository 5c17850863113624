import { writeFileSync } from "node:fs";
import { relative } from "node:path";

import { root } from "./root.mjs";

/**
 * A vitest reporter that prints nothing: it leaves the counts of a run, and what failed, in the file that
 * `OFFRAMP_TALLY` names, so that `npm test` can say them as its very last line.
 *
 * A file that could not be loaded and an error outside of every test count as failures too: "0 failed" is
 * only said when everything ran.
 */
export default class TallyReporter {
  /**
   * @param {readonly import("vitest/node").TestModule[]} modules
   * @param {readonly import("vitest/node").SerializedError[]} errorsOutside
   */
  onTestRunEnd(modules, errorsOutside) {
    let passed = 0;
    let skipped = 0;
    /** @type {string[]} */
    const failures = [];
    for (const module of modules) {
      const file = relative(root, module.moduleId);
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === "passed") passed += 1;
        else if (state === "skipped") skipped += 1;
        else failures.push(`${file} > ${test.fullName}`);
      }
      for (const suite of [module, ...module.children.allSuites()]) {
        for (const error of suite.errors()) failures.push(`${file}: ${firstLine(error.message)}`);
      }
    }
    for (const error of errorsOutside) failures.push(`outside of the tests: ${firstLine(error.message)}`);
    const tally = process.env["OFFRAMP_TALLY"];
    if (tally) writeFileSync(tally, JSON.stringify({ passed, skipped, failures }));
  }
}

/** @param {string | undefined} message */
function firstLine(message) {
  return message?.split("\n")[0] || "no message";
}
