import { readFileSync } from "node:fs";
import { join, relative } from "node:path";

import { parseSync } from "oxc-parser";

import { packageFolders, sourceFiles } from "./source-files.ts";

/** The most lines of code that a hand-written file may have; comments and empty lines are free. */
const longestFile = 400;

/** The files that are too long, one line each. */
export function checkFileSizes(root: string): { violations: string[]; filesRead: number } {
  const files = [...packageFolders(root), join(root, "scripts")].flatMap(sourceFiles);
  const violations = files.flatMap((path) => {
    const lines = codeLines(path, readFileSync(path, "utf8"));
    return lines > longestFile
      ? [`${relative(root, path)}  ${lines} lines of code, at most ${longestFile}`]
      : [];
  });
  if (files.length === 0) violations.push("no source file was read");
  return { violations, filesRead: files.length };
}

/** Counts the lines that hold anything but comments and white space. */
export function codeLines(path: string, source: string): number {
  let code = source;
  for (const { start, end } of parseSync(path, source).comments) {
    code = code.slice(0, start) + code.slice(start, end).replaceAll(/[^\n]/g, " ") + code.slice(end);
  }
  return code.split("\n").filter((line) => line.trim() !== "").length;
}
