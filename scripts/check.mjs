// `npm run check` or `pnpm check`: every check of the repository, or those that are named: `pnpm check layers lint`.
import { readdirSync } from "node:fs";
import { join } from "node:path";

import { bootstrap } from "./toolchain/bootstrap.mjs";
import { duration } from "./toolchain/duration.mjs";
import { developmentEnvironment } from "./toolchain/pnpm.mjs";
import { developmentNode, root } from "./toolchain/root.mjs";
import { runProcess } from "./toolchain/run-process.mjs";
import { runScript, SetUpError } from "./toolchain/set-up-error.mjs";

/**
 * @typedef {object} Check
 * @property {string} name
 * @property {string} says what holds when it passes
 * @property {string[][]} commands each a script of node_modules or of this repository, with its arguments
 */

/** @type {readonly Check[]} */
const checks = [
  { name: "types", says: "every package, test and example type-checks", commands: projects().map(tsc) },
  {
    name: "lint",
    says: "oxlint finds nothing",
    commands: [[module("oxlint", "bin/oxlint"), "--deny-warnings", "--format=unix"]],
  },
  {
    name: "format",
    says: "everything is formatted (`pnpm format` does it)",
    commands: [[module("oxfmt", "bin/oxfmt"), "--list-different"]],
  },
  {
    name: "unused",
    says: "no file, export or dependency is unused (knip)",
    commands: [[module("knip", "bin/knip.js"), "--no-progress"]],
  },
  {
    name: "layers",
    says: "every import keeps to the layer table of DESIGN.md",
    commands: [["scripts/checks/layers/main.ts"]],
  },
  {
    name: "files",
    says: "no file is too long or has an empty name",
    commands: [["scripts/checks/files.ts"]],
  },
  {
    name: "examples",
    says: "every public export has an example and it compiles",
    commands: [["scripts/checks/doc-examples/main.ts"]],
  },
  {
    name: "packed",
    says: "publint and attw accept the packed tarballs",
    commands: [["scripts/checks/packed.ts"]],
  },
];

await runScript(async () => {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !checks.some((check) => check.name === name));
  if (unknown.length > 0) {
    throw new SetUpError(`There is no check named ${unknown.join(", ")}.`, {
      reason: checks.map(({ name, says }) => `${name.padEnd(9)} ${says}`).join("\n"),
      remedy: "name some of these, or none to run them all.",
    });
  }
  await bootstrap();

  const started = performance.now();
  const chosen = wanted.length > 0 ? checks.filter(({ name }) => wanted.includes(name)) : checks;
  const results = await runAll(chosen);
  const failed = results.filter(({ passed }) => !passed);

  console.log("");
  for (const { check, passed, took } of results) {
    console.log(
      `${passed ? "pass" : "FAIL"}  ${check.name.padEnd(9)} ${duration(took).padStart(7)}  ${check.says}`,
    );
  }
  const names = failed.map(({ check }) => check.name).join(", ");
  const summary = `${results.length - failed.length} checks passed, ${failed.length} failed`;
  console.log(`\n${summary}${names && `: ${names}`} (${duration(performance.now() - started)})`);
  return failed.length > 0 ? 1 : 0;
});

/** Runs two checks at a time; what a failed one printed is shown at once. @param {readonly Check[]} chosen */
async function runAll(chosen) {
  /** @type {{ check: Check, passed: boolean, took: number }[]} */
  const results = [];
  const waiting = [...chosen];
  const worker = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      const started = performance.now();
      const output = await failureOf(check);
      results.push({ check, passed: output === undefined, took: performance.now() - started });
      if (output !== undefined)
        console.log(`\nFAIL  ${check.name}: not so that ${check.says}\n${output.trimEnd()}`);
    }
  };
  await Promise.all([worker(), worker()]);
  return results.toSorted((left, right) => chosen.indexOf(left.check) - chosen.indexOf(right.check));
}

/** What a failing check printed; undefined when it passes. @param {Check} check */
async function failureOf(check) {
  const failures = [];
  for (const [script = "", ...args] of check.commands) {
    const { code, output, interrupted } = await runProcess(developmentNode, [script, ...args], {
      env: developmentEnvironment(),
      quiet: true,
    });
    if (interrupted) process.exit(code);
    if (code !== 0) failures.push(output.trim() || `exit code ${code}, without a word`);
  }
  return failures.length > 0 ? failures.join("\n") : undefined;
}

/** The script of an installed tool. @param {string} name @param {string} path */
function module(name, path) {
  return join(root, "node_modules", name, path);
}

/** @param {string} project */
function tsc(project) {
  return [module("typescript", "bin/tsc"), "-p", project, "--pretty", "false"];
}

/** Every folder with a tsconfig.json of its own. */
function projects() {
  const parents = ["packages", "tests", "examples"];
  const files = parents.flatMap((parent) =>
    readdirSync(join(root, parent)).map((name) => join(parent, name, "tsconfig.json")),
  );
  return ["tsconfig.json", ...files];
}
