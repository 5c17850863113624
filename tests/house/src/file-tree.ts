import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { onTestFinished } from "vitest";

/**
 * Writes files into a new folder that goes away with the test.
 *
 * @param files content by path; `package.json` files are written for every folder in `packages/`
 * @returns the folder's path
 */
export function fileTree(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "offramp-tree-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const packages = new Set(Object.keys(files).flatMap((path) => /^packages\/[^/]+/.exec(path) ?? []));
  const manifests = [...packages].map((folder): [string, string] => {
    const manifest = {
      name: folder.replace("packages/", "@offramp/"),
      type: "module",
      exports: { ".": { "@offramp/source": "./src/index.ts" } },
    };
    return [`${folder}/package.json`, JSON.stringify(manifest)];
  });
  for (const [path, content] of [...manifests, ...Object.entries(files)]) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}
