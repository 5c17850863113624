import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";

import { findSources } from "../source-code/find-sources.ts";
import { namedImports } from "../source-code/named-imports.ts";
import { parseSource, sourceExtensions } from "../source-code/parse-source.ts";
import { placesOf } from "../source-code/text-place.ts";
import { fileUses } from "./file-uses.ts";
import type { FoundUse } from "./found-use.ts";
import { ChainJudge } from "./judge-chain.ts";
import { type KnownFile, Project } from "./project.ts";
import { type ScanUse, worst } from "./scan-use.ts";
import { namesPackage } from "./supabase-package.ts";

/** What a scan found. */
export interface ScanReport {
  readonly folder: string;
  /** Files that were read. */
  readonly files: number;
  /** In the order of files, lines and columns. */
  readonly uses: readonly ScanUse[];
}

/** How a scan runs. */
export interface ScanOptions {
  readonly signal?: AbortSignal;
  /** Is told of each file that was read. */
  readonly read?: () => void;
  /** Is told of each round of looking into files for uses, with how many there are, and then of each of them. */
  readonly look?: (files: number) => () => void;
}

/** Files between two turns of the event loop: what is said of progress is shown, and Ctrl-C is heard. */
const FILES_IN_A_TURN = 20;

/** A text in which a client could be used; every other is only parsed. */
const MENTIONS =
  /supabase|\.\s*(?:from|rpc|schema|channel)\s*[(<]|\.\s*(?:auth|storage|functions|realtime)\b/i;

/**
 * Reads an application and lists every use of supabase-js. Nothing is run and nothing is changed; trees are made one file
 * at a time, so memory depends on the largest files, not on how many there are.
 *
 * @throws {Error} the signal was aborted.
 */
export async function scanProject(folder: string, options: ScanOptions = {}): Promise<ScanReport> {
  const project = new Project(folder);
  const unread: ScanUse[] = [];
  let named = false;
  let files = 0;
  const isSource = (name: string): boolean => sourceExtensions.some((extension) => name.endsWith(extension));
  for await (const found of findSources(folder, isSource)) {
    options.signal?.throwIfAborted();
    if (found.kind === "unreadable") {
      unread.push(unreadable(found.path, found.message));
      continue;
    }
    files += 1;
    options.read?.();
    const read = await readSource(folder, found.path);
    if ("verdict" in read) {
      unread.push(read);
      continue;
    }
    project.add(found.path, read);
    named ||= read.named;
  }
  const uses = named ? await usesOf(project, options) : [];
  const all = [...uses, ...unread].toSorted((one, other) => inOrder(one, other));
  return { folder, files, uses: all };
}

async function readSource(
  folder: string,
  path: string,
): Promise<ScanUse | (KnownFile & { readonly named: boolean })> {
  let text: string;
  try {
    text = await readFile(join(folder, path), "utf8");
  } catch (error) {
    return unreadable(path, error instanceof Error ? error.message : String(error));
  }
  const parsed = parseSource(path, text);
  if (!parsed.ok) {
    const { line, column } = placesOf(text)(parsed.offset);
    const message = `This file cannot be parsed: ${parsed.message}`;
    return { ...unreadable(path, message, "file/syntax"), line, column };
  }
  return {
    imports: namedImports(parsed.module, text),
    mentions: MENTIONS.test(text),
    named: namesPackage(text),
  };
}

/** Looks into files until nothing more is learnt of what functions are given. */
async function usesOf(project: Project, options: ScanOptions): Promise<ScanUse[]> {
  const judge = new ChainJudge();
  const found = new Map<string, readonly ScanUse[]>();
  let files: readonly string[] = project.inOrder();
  // Each round follows clients through one more call; more than eight calls deep nobody hands on.
  for (let round = 0; round < 8; round += 1) {
    const learnt = new Set<string>();
    const advance = options.look?.(files.length);
    for (const [index, file] of files.entries()) {
      if (index % FILES_IN_A_TURN === 0) await nextTurn();
      options.signal?.throwIfAborted();
      advance?.();
      // What a function is given is learnt, so from the second round on a file may use what it does not mention.
      if (round === 0 && !project.leads(file)) continue;
      for (const other of project.learn(file)) learnt.add(other);
      const open = project.open(file);
      if (open === undefined) continue;
      const uses = await fileUses({ ...open, judge });
      found.set(file, placed(file, open.text, uses));
      project.keepExports(file);
    }
    if (learnt.size === 0) break;
    const affected = project.affectedBy(learnt);
    files = project.inOrder().filter((file) => learnt.has(file) || (found.has(file) && affected.has(file)));
    project.forget();
  }
  return [...found.values()].flat();
}

function placed(file: string, text: string, uses: readonly FoundUse[]): ScanUse[] {
  const placeOf = placesOf(text);
  return uses.map(({ node, what, issues }) => ({
    file,
    ...placeOf(node.start),
    what,
    verdict: worst(issues),
    issues,
  }));
}

function unreadable(file: string, message: string, rule = "file/unreadable"): ScanUse {
  const remedy =
    rule === "file/syntax"
      ? "Mend it, or have it ignored by .gitignore where it is no source; until then nobody knows what it uses."
      : "Make it readable; until then nobody knows what it uses.";
  const issue = { rule, verdict: "unread", message, remedy } as const;
  return { file, line: 1, column: 1, what: "file", verdict: "unread", issues: [issue] };
}

function inOrder(one: ScanUse, other: ScanUse): number {
  if (one.file !== other.file) return one.file < other.file ? -1 : 1;
  return one.line - other.line || one.column - other.column;
}
