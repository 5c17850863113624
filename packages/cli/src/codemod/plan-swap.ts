import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { createTwoFilesPatch } from "diff";

import { findSources } from "../source-code/find-sources.ts";
import { sourceExtensions } from "../source-code/parse-source.ts";
import { swapDependency } from "./swap-dependency.ts";
import { type LeftPlace, swapImports } from "./swap-imports.ts";

/** A file that would be changed. */
export interface FileChange {
  readonly file: string;
  readonly swapped: number;
  /** A unified diff, as git and patch take it. */
  readonly diff: string;
  readonly text: string;
}

/** A place that stays, with its file. */
export interface LeftInFile extends LeftPlace {
  readonly file: string;
}

/** What a codemod would do. */
export interface SwapPlan {
  readonly files: number;
  readonly changes: readonly FileChange[];
  readonly left: readonly LeftInFile[];
}

/** What is changed beside imports. */
export interface PlanOptions {
  /** Also the dependency in `package.json` files. */
  readonly manifests: boolean;
  readonly signal?: AbortSignal;
}

/** Reads an application and says which files would change and how. Changes nothing. */
export async function planSwap(folder: string, { manifests, signal }: PlanOptions): Promise<SwapPlan> {
  const changes: FileChange[] = [];
  const left: LeftInFile[] = [];
  const packages: { readonly file: string; readonly text: string }[] = [];
  let files = 0;
  let stillNeeded = false;
  const wanted = (name: string): boolean =>
    name === "package.json" || sourceExtensions.some((extension) => name.endsWith(extension));
  for await (const found of findSources(folder, wanted)) {
    signal?.throwIfAborted();
    const file = found.path;
    const read = found.kind === "file" ? await readExact(join(folder, file)) : { reason: found.message };
    if ("reason" in read) {
      left.push({ file, line: 1, column: 1, reason: read.reason });
      continue;
    }
    if (file === "package.json" || file.endsWith("/package.json")) {
      packages.push({ file, text: read.text });
      continue;
    }
    files += 1;
    try {
      const result = swapImports(file, read.text);
      stillNeeded ||=
        result.split > 0 || result.left.length > 0 || /@supabase\/(?!supabase-js)/.test(read.text);
      left.push(...result.left.map((place) => ({ file, ...place })));
      if (result.swapped > 0) changes.push(change(file, read.text, result));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      stillNeeded = true;
      left.push({ file, line: 1, column: 1, reason: `it cannot be parsed: ${error.message}` });
    }
  }
  for (const { file, text } of manifests ? packages : []) {
    const after = swapDependency(text, stillNeeded);
    if (after !== undefined) changes.push(change(file, text, { text: after, swapped: 1 }));
  }
  return { files, changes, left };
}

function change(
  file: string,
  before: string,
  { text, swapped }: { readonly text: string; readonly swapped: number },
): FileChange {
  const patch = createTwoFilesPatch(`a/${file}`, `b/${file}`, before, text, undefined, undefined, {
    context: 2,
  });
  return { file, swapped, diff: patch.replace(/^=+\r?\n/, ""), text };
}

/** A text that is written back byte by byte as it was, or the reason why that cannot be. */
async function readExact(path: string): Promise<{ readonly text: string } | { readonly reason: string }> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
  const text = bytes.toString("utf8");
  return Buffer.from(text).equals(bytes) ? { text } : { reason: "it is not UTF-8" };
}
