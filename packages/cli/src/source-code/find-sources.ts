import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";

import ignore, { type Ignore } from "ignore";

/** Folders that hold what others wrote or what was built, whatever `.gitignore` says. */
const NEVER = new Set(["node_modules", ".git", "dist", "bower_components", ".next", ".nuxt", ".svelte-kit"]);

/** `.gitignore` of a folder, for what lies below it. */
interface Rules {
  readonly folder: string;
  readonly rules: Ignore;
}

/** A file that is to be read, or a folder that could not be. */
export type FoundSource =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "unreadable"; readonly path: string; readonly message: string };

/**
 * The files below a folder whose name passes, in the order of their names, with `/` between folders, without those that
 * a `.gitignore` in or below it leaves out. Symbolic links are not followed.
 */
export async function* findSources(
  root: string,
  wanted: (name: string) => boolean,
): AsyncGenerator<FoundSource> {
  yield* below(root, { root, wanted, rules: [] });
}

interface Walk {
  readonly root: string;
  readonly wanted: (name: string) => boolean;
  readonly rules: readonly Rules[];
}

async function* below(folder: string, walk: Walk): AsyncGenerator<FoundSource> {
  let entries;
  let rules = walk.rules;
  try {
    entries = await readdir(folder, { withFileTypes: true });
    if (entries.some((entry) => entry.name === ".gitignore" && entry.isFile())) {
      const text = await readFile(join(folder, ".gitignore"), "utf8");
      rules = [...rules, { folder, rules: ignore().add(text) }];
    }
  } catch (error) {
    yield { kind: "unreadable", path: named(walk.root, folder), message: messageOf(error) };
    return;
  }
  for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!NEVER.has(entry.name) && !isIgnored(rules, `${path}${sep}`))
        yield* below(path, { ...walk, rules });
    } else if (entry.isFile() && walk.wanted(entry.name) && !isIgnored(rules, path)) {
      yield { kind: "file", path: named(walk.root, path) };
    }
  }
}

/** As in git, a deeper file has the last word. */
function isIgnored(all: readonly Rules[], path: string): boolean {
  let ignored = false;
  for (const { folder, rules } of all) {
    const verdict = rules.test(
      relative(folder, path).replaceAll("\\", "/") + (path.endsWith(sep) ? "/" : ""),
    );
    if (verdict.ignored) ignored = true;
    else if (verdict.unignored) ignored = false;
  }
  return ignored;
}

function named(root: string, path: string): string {
  return relative(root, path).replaceAll("\\", "/") || ".";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
