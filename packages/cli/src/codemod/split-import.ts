import type { ModuleReference } from "../source-code/module-references.ts";
import type { Edit } from "./edit.ts";

/** Which names stay where they are. */
export interface SplitOptions {
  readonly text: string;
  readonly missing: readonly string[];
}

/** Takes names out of an import, and imports them from where they were, in a statement behind it. */
export function splitImport(
  { node, source, names }: ModuleReference,
  { text, missing }: SplitOptions,
): Edit[] {
  const taken = names.filter(({ name }) => missing.includes(name));
  const removals = taken.map(({ node: item }) => {
    // With the comma behind it, or, for the last one, with the one before it.
    const behind = /^\s*,[ \t]*/.exec(text.slice(item.end));
    const before = behind === null ? /,\s*$/.exec(text.slice(node.start, item.start)) : null;
    return {
      start: item.start - (before?.[0].length ?? 0),
      end: item.end + (behind?.[0].length ?? 0),
      text: "",
    };
  });
  const kind = /^import\s+type\b/.test(text.slice(node.start, node.end)) ? "import type" : "import";
  const list = taken.map(({ node: item }) => text.slice(item.start, item.end)).join(", ");
  const end = text.slice(source.end, node.end);
  const line = `${newlineOf(text)}${kind} { ${list} } from ${text.slice(source.start, source.end)}${end}`;
  return [...removals, { start: node.end, end: node.end, text: line }];
}

function newlineOf(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? "\n";
}
