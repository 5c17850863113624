import { type Dirent, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

const neverRead = /^(node_modules|dist|\.dist-[^/]*|coverage|\.git|\.doc-examples-\d+)$/;
const sourceEnding = /\.[mc]?[jt]sx?$/;

/**
 * Every hand-written source file under a folder, sorted, as absolute paths.
 *
 * Generated and installed folders are left out; a folder that does not exist has no files.
 */
export function sourceFiles(folder: string): string[] {
  return entriesUnder(folder).filter((path) => sourceEnding.test(path) && !/\.d\.[mc]?ts$/.test(path));
}

/**
 * The same walk for every kind of file and for folders; a folder's path ends in `/`. A folder below with a package.json
 * of its own is another project, which finds its imports where it is installed, and is left out.
 */
export function entriesUnder(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const children: Dirent[] = readdirSync(folder, { withFileTypes: true });
  return children
    .filter((child) => !neverRead.test(child.name))
    .toSorted((left, right) => (left.name < right.name ? -1 : 1))
    .flatMap((child) => {
      const path = join(folder, child.name);
      if (!child.isDirectory()) return [path];
      return existsSync(join(path, "package.json")) ? [] : [`${path}/`, ...entriesUnder(path)];
    });
}

/** The folders of the workspace's packages: `packages/*`, `tests/*`, `examples/*`, those with a package.json. */
export function packageFolders(root: string): string[] {
  return ["packages", "tests", "examples"]
    .flatMap((parent) => childFolders(join(root, parent)))
    .filter((folder) => existsSync(join(folder, "package.json")));
}

function childFolders(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((child) => child.isDirectory())
    .map((child) => join(folder, child.name))
    .toSorted();
}
