import { expect, test } from "vitest";

import { checkFileSizes, codeLines } from "../../../scripts/checks/file-size.ts";
import { checkNames } from "../../../scripts/checks/names.ts";
import { fileTree } from "../src/file-tree.ts";

test("lines of code are counted without comments and empty lines", () => {
  const source = [
    "/**",
    " * A doc comment.",
    " */",
    "const text = `",
    "// not a comment, but text`; // a comment beside code",
    "",
    "/* a */ const x = 1; /* b",
    "   c */",
  ].join("\n");
  expect(codeLines("x.ts", source)).toBe(3);
});

test("a file of 400 lines is fine, and one more is reported", () => {
  const lines = (count: number) => "export {};\n".repeat(count);
  const root = fileTree({
    "packages/db/src/fits.ts": `${lines(400)}// and a comment\n`,
    "packages/db/src/long.ts": lines(401),
  });
  expect(checkFileSizes(root).violations).toEqual([
    "packages/db/src/long.ts  401 lines of code, at most 400",
  ]);
});

test("a name that says nothing is reported, for files and folders, but not the shim's type level", () => {
  const root = fileTree({
    "packages/db/src/utils.ts": "",
    "packages/db/src/helpers/dates.ts": "",
    "packages/db/test/common.test.ts": "",
    "packages/db/src/media-type.ts": "",
    "packages/supabase-shim/src/types/select.ts": "",
    "packages/supabase-shim/src/plan/types.ts": "",
  });
  expect(
    checkNames(root)
      .violations.map((line) => line.replace(/  .*/, ""))
      .toSorted(),
  ).toEqual([
    "packages/db/src/helpers/",
    "packages/db/src/utils.ts",
    "packages/db/test/common.test.ts",
    "packages/supabase-shim/src/plan/types.ts",
  ]);
});

test("an empty tree fails", () => {
  expect(checkFileSizes(fileTree({})).violations).toEqual(["no source file was read"]);
  expect(checkNames(fileTree({})).violations).toEqual(["no file was read"]);
});
