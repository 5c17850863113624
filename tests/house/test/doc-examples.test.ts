import { symlinkSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { checkDocExamples } from "../../../scripts/checks/doc-examples/check-doc-examples.ts";
import { root as repository } from "../../../scripts/toolchain/root.mjs";
import { fileTree } from "../src/file-tree.ts";

/** The compiler and the strict settings are the repository's own. */
function workspace(files: Readonly<Record<string, string>>): string {
  const settings = JSON.stringify({ extends: join(repository, "tsconfig.base.json") });
  const root = fileTree({ "tsconfig.base.json": settings, ...files });
  symlinkSync(join(repository, "node_modules"), join(root, "node_modules"));
  return root;
}

const fence = "```";

test("an example that imports the package by name and compiles is accepted", async () => {
  const root = workspace({
    "packages/db/src/index.ts": `export { twice } from "./twice.ts";`,
    "packages/db/src/twice.ts": [
      "/**",
      " * Doubles.",
      " *",
      " * @param count how many",
      " * @example",
      ` * ${fence}ts`,
      ' * import { twice } from "@offramp/db";',
      " *",
      " * const four: number = twice(2);",
      ` * ${fence}`,
      " * @throws nothing",
      " */",
      "export function twice(count: number): number {",
      "  return 2 * count;",
      "}",
    ].join("\n"),
  });
  expect(await checkDocExamples(root)).toEqual({ violations: [], symbolsRead: 1, examplesCompiled: 1 });
});

test("an example that does not compile is reported at its line of the source, also inside an interface", async () => {
  const root = workspace({
    "packages/db/src/index.ts": [
      "/**",
      " * A counter.",
      " *",
      " * @example",
      ` * ${fence}ts`,
      ' * import type { Counter } from "@offramp/db";',
      " * export const count = (counter: Counter) => counter.next();",
      ` * ${fence}`,
      " */",
      "export interface Counter {",
      "  /**",
      "   * The next number.",
      "   * @example",
      `   * ${fence}ts`,
      '   * import type { Counter } from "@offramp/db";',
      "   * declare const counter: Counter;",
      "   * const text: string = counter.next();",
      `   * ${fence}`,
      "   */",
      "  next(): number;",
      "}",
    ].join("\n"),
  });
  const report = await checkDocExamples(root);
  expect(report.violations).toEqual([
    "packages/db/src/index.ts:17  the example does not compile: error TS2322: Type 'number' is not assignable to type 'string'.",
  ]);
  expect(report.examplesCompiled).toBe(2);
});

test("an example without a fence is code up to the next tag", async () => {
  const root = workspace({
    "packages/db/src/index.ts": [
      "/** One.",
      " * @example",
      ' * import { one } from "@offramp/db";',
      " * const text: string = one;",
      " * @see two",
      " */",
      "export const one = 1;",
    ].join("\n"),
  });
  expect((await checkDocExamples(root)).violations).toEqual([
    "packages/db/src/index.ts:4  the example does not compile: error TS2322: Type 'number' is not assignable to type 'string'.",
  ]);
});

test("an export without a comment, without an example or with an empty example is reported", async () => {
  const root = workspace({
    "packages/db/src/index.ts": [
      `export * from "./silent.ts";`,
      `export { spoken as renamed } from "./spoken.ts";`,
      `export type { Empty } from "./empty.ts";`,
    ].join("\n"),
    "packages/db/src/silent.ts": "export const silent = 1;",
    "packages/db/src/spoken.ts": "/** Speaks. */\nconst spoken = 1;\nexport { spoken };",
    "packages/db/src/empty.ts":
      "/**\n * Empty.\n * @example\n * ```sql\n * select 1\n * ```\n */\nexport interface Empty {}",
  });
  expect((await checkDocExamples(root)).violations).toEqual([
    "packages/db/src/silent.ts:1  silent is exported and has no doc comment",
    "packages/db/src/spoken.ts:2  renamed is exported and its doc comment has no @example",
    "packages/db/src/empty.ts:3  @example without TypeScript code",
  ]);
});

test("an empty tree fails", async () => {
  expect((await checkDocExamples(fileTree({}))).violations).toEqual([
    "packages/  no exported symbol was read",
  ]);
});

test("the blocks of a README compile too, each by itself, and are reported at their lines", async () => {
  const root = workspace({
    "packages/db/src/index.ts": `export { twice } from "./twice.ts";`,
    "packages/db/src/twice.ts": [
      "/**",
      " * Doubles.",
      " * @example",
      ' * import { twice } from "@offramp/db";',
      " * export const four: number = twice(2);",
      " */",
      "export function twice(count: number): number {",
      "  return 2 * count;",
      "}",
    ].join("\n"),
    "packages/db/README.md": [
      "# Twice",
      `${fence}sh`,
      "not TypeScript",
      fence,
      `${fence}ts`,
      'import { twice } from "@offramp/db";',
      "const four = twice(2);",
      "console.log(four);",
      fence,
      `${fence}ts`,
      "console.log(four);",
      fence,
    ].join("\n"),
  });
  const { violations, examplesCompiled } = await checkDocExamples(root);
  expect(violations).toEqual([
    expect.stringMatching(/^packages\/db\/README\.md:11 {2}.*Cannot find name 'four'/),
  ]);
  expect(examplesCompiled).toBe(3);
});
