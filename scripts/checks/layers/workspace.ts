import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

import { packageFolders, sourceFiles } from "../source-files.ts";
import { type ImportSite, readImports } from "./read-imports.ts";

/** A source file of a workspace package, with what it imports. */
export interface WorkspaceFile {
  /** Absolute. */
  readonly path: string;
  readonly package: WorkspacePackage;
  /** The folder of `src` that holds it, or its own name when it lies directly in `src`; undefined outside of `src`. */
  readonly room: string | undefined;
  readonly imports: readonly ImportSite[];
  readonly hasRuntimeCode: boolean;
}

/** A package of the workspace. */
export interface WorkspacePackage {
  /** As its package.json says. */
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  /** Lies in `packages/`; the others are tests and examples. */
  readonly published: boolean;
}

/** Reads every source file of every package of the workspace. */
export function readWorkspace(root: string): { packages: WorkspacePackage[]; files: WorkspaceFile[] } {
  const packages = packageFolders(root).map((folder) => ({
    name: nameIn(join(folder, "package.json")),
    folder,
    published: folder.startsWith(join(root, "packages")),
  }));
  const files = packages.flatMap((owner) =>
    sourceFiles(owner.folder).map((path) => ({
      path,
      package: owner,
      room: roomOf(path, owner),
      ...readImports(path),
    })),
  );
  return { packages, files };
}

/** The file that a relative import means; undefined when there is none. */
export function resolveRelative(from: string, specifier: string): string | undefined {
  const path = join(from, "..", specifier);
  return existsSync(path) ? path : undefined;
}

/** The package part of an import: `@offramp/db` of `@offramp/db/testing`. */
export function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

function roomOf(path: string, owner: WorkspacePackage): string | undefined {
  const [first, room, ...rest] = relative(owner.folder, path).split("/");
  if (first !== "src" || room === undefined) return undefined;
  return rest.length === 0 ? room.replace(/\.[mc]?[jt]sx?$/, "") : room;
}

function nameIn(manifest: string): string {
  const content: unknown = JSON.parse(readFileSync(manifest, "utf8"));
  if (
    typeof content === "object" &&
    content !== null &&
    "name" in content &&
    typeof content.name === "string"
  ) {
    return content.name;
  }
  throw new Error(`${manifest} has no name.`);
}
