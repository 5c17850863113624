import type { ChainStep } from "./conformance-case.ts";
import { parseSelectTree, type SelectNode } from "./select-tree.ts";

/** Which arrays of an answer are lists of rows, and whether the chain orders them. Every other array is a value. */
export interface ListShape {
  readonly ordered: boolean;
  /** By the key under which the embedded rows appear. */
  readonly embeds: ReadonlyMap<string, ListShape>;
  /** Spread relations: a to-many one shows as one array for each key, all in the same order of rows. */
  readonly spreads: readonly { readonly keys: readonly string[]; readonly ordered: boolean }[];
}

/** Reads the chain's last `select` and all of its `order` calls. */
export function listShapeOf(chain: readonly ChainStep[]): ListShape {
  const columns = chain.findLast(([method]) => method === "select")?.[1];
  const nodes = typeof columns === "string" ? parseSelectTree(columns) : [];
  const ordered = new Set(chain.filter(([method]) => method === "order").map(orderedPath));
  return shapeAt({ paths: [""], nodes, ordered });
}

interface Level {
  /** Every way to name the relation at this level: by its alias or its own name, joined by dots. */
  readonly paths: readonly string[];
  readonly nodes: readonly SelectNode[];
  readonly ordered: ReadonlySet<string>;
}

function shapeAt(level: Level): ListShape {
  const embeds = new Map<string, ListShape>();
  const spreads: { keys: readonly string[]; ordered: boolean }[] = [];
  for (const node of level.nodes) {
    if (node.kind === "column") continue;
    const names = node.kind === "embed" ? [node.key, node.relation] : [node.relation];
    const inner: Level = { ...level, nodes: node.children, paths: extend(level.paths, names) };
    if (node.kind === "embed") embeds.set(node.key, shapeAt(inner));
    else spreads.push({ keys: spreadKeys(node.children), ordered: isOrdered(inner) });
  }
  return { ordered: isOrdered(level), embeds, spreads };
}

function isOrdered(level: Level): boolean {
  return level.paths.some((path) => level.ordered.has(path));
}

function extend(paths: readonly string[], names: readonly string[]): readonly string[] {
  return paths.flatMap((path) => names.map((name) => (path === "" ? name : `${path}.${name}`)));
}

function spreadKeys(nodes: readonly SelectNode[]): readonly string[] {
  return nodes.flatMap((node) => (node.kind === "spread" ? spreadKeys(node.children) : [node.key]));
}

function orderedPath([, , options]: ChainStep): string {
  const given = (options ?? {}) as { referencedTable?: string; foreignTable?: string };
  return given.referencedTable ?? given.foreignTable ?? "";
}
