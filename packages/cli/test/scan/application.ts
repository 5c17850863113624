import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { onTestFinished } from "vitest";

import { scanProject } from "../../src/scan/scan-project.ts";

/** Writes an application of these files; it goes with the test. */
export async function application(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "offramp-scan-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(folder, dirname(path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

/** Scans an application of these files. A use reads `file:line what verdict rules…`. */
export async function scanned(files: Readonly<Record<string, string>>): Promise<string[]> {
  const { uses } = await scanProject(await application(files));
  return uses.map(({ file, line, what, verdict, issues }) =>
    [`${file}:${line}`, what, verdict, ...new Set(issues.map(({ rule }) => rule))].join(" "),
  );
}

/** The uses of one file that are no imports. */
export async function calls(text: string, file = "app.ts"): Promise<string[]> {
  const uses = await scanned({ [file]: text });
  return uses
    .filter((use) => !/ (?:import|require|export|type|createClient)\b/.test(use))
    .map((use) => use.slice(file.length + 1));
}
